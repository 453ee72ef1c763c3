"""Use case: what the containers of an application print."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shared.domain.manifests.manifest import Manifest, annotations_of, metadata_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.app_ref import AppRef
from shared.domain.views.log_entries import LogFilter, last_entry, log_entry
from shared.errors import InvalidRequestError, NotFoundError, TidegateError, UnavailableError
from shared.ports.clock import Clock
from shared.ports.pod_logs import LogLine, LogQuery, PodLogs
from shared.services.follow_logs import Line, PodLog, follow_logs
from shared.services.live_objects import LiveObjects, ReadLiveObjects

# Source: Argo CD server.maxPodLogsToRender
MOST_PODS = 10
_NO_LOG: tuple[type[TidegateError], ...] = (InvalidRequestError, NotFoundError)
_DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"


@dataclass(frozen=True, slots=True)
class LogWish:
    """Whose log: `pod` alone, or all pods of `owner`, or with neither all of the application.

    `namespace` "" is any. Without a container each pod's default one, else its first.
    """

    pod: str = ""
    namespace: str = ""
    owner: ResourceKey | None = None
    query: LogQuery = LogQuery()
    follow: bool = False
    filter: LogFilter = LogFilter()


class ShowLogs:
    """Only pods of the application are read, whatever else the cluster has."""

    def __init__(self, read: ReadLiveObjects, clock: Clock) -> None:
        self._read, self._clock = read, clock

    def __call__(self, ref: AppRef, wish: LogWish) -> Iterator[dict[str, Any] | None]:
        """Yield {content, timeStamp, timeStampStr, podName, last}, of several pods by time; `last` ends it.

        None comes when nothing was printed for a second. Raises InvalidRequestError for more than ten pods
        and for a pod or owner that is not part of the application, and UnavailableError of the cluster.
        """
        found = self._read(ref)
        wanted = [_pod_log(pod, wish.query) for pod in _chosen(found, wish)]
        if len(wanted) > MOST_PODS:
            raise InvalidRequestError(
                f"Application {ref}: {len(wanted)} pods are meant, and at most {MOST_PODS} are shown at "
                "once. Ask for one pod or one workload"
            )
        logs = found.cluster.logs
        lines = follow_logs(logs, wanted) if wish.follow else _merged(logs, wanted)
        return self._entries(lines, wanted, wish.filter)

    def _entries(
        self, lines: Iterator[Line | None], wanted: Sequence[PodLog], wish: LogFilter
    ) -> Iterator[dict[str, Any] | None]:
        for told in lines:
            if told is None:
                yield None
            elif wish.shows(told[1].at, told[1].text):
                yield log_entry(told[0].pod, told[1].at, told[1].text)
        yield last_entry(wanted[0].pod if len(wanted) == 1 else "", self._clock.now())


def _chosen(found: LiveObjects, wish: LogWish) -> list[Manifest]:
    if wish.owner is not None:
        owner = found.find(wish.owner)
        several = [owner, *found.below(owner)]
    else:
        several = list(found.everything())
    pods = [each for each in several if each.get("kind") == "Pod" and each.get("apiVersion") == "v1"]
    pods = [each for each in pods if wish.namespace in ("", metadata_of(each).get("namespace"))]
    if not wish.pod:
        return pods
    named = [each for each in pods if metadata_of(each).get("name") == wish.pod]
    if not named:
        raise InvalidRequestError(f"Pod  {wish.pod} not found as part of application {found.app.ref.name}")
    return named


def _pod_log(pod: Manifest, query: LogQuery) -> PodLog:
    metadata = metadata_of(pod)
    container = query.container or _default_container(pod)
    return PodLog(str(metadata["namespace"]), str(metadata["name"]), replace(query, container=container))


def _default_container(pod: Manifest) -> str:
    """Source: kubectl logs: the annotation, else the first container."""
    containers = (pod.get("spec") or {}).get("containers") or [{}]
    return str(annotations_of(pod).get(_DEFAULT_CONTAINER) or containers[0].get("name") or "")


def _merged(logs: PodLogs, wanted: Sequence[PodLog]) -> Iterator[Line]:
    """What there is of all logs, by time; each line of one log stays behind the one before it."""
    refusals = _NO_LOG if len(wanted) == 1 else (*_NO_LOG, UnavailableError)
    several = [_timed(logs, each, refusals) for each in wanted]
    for _, _, pod, line in heapq.merge(*several, key=lambda timed: timed[:2]):
        yield pod, line


def _timed(
    logs: PodLogs, pod: PodLog, refusals: tuple[type[TidegateError], ...]
) -> Iterator[tuple[str, str, PodLog, LogLine]]:
    at = ""
    try:
        for line in logs.read(pod.namespace, pod.pod, pod.query):
            at = max(at, line.at)
            yield at, pod.pod, pod, line
    except refusals as error:
        # Source: Argo CD shows why a container has no log where its log would be
        yield at, pod.pod, pod, LogLine("", str(error))
