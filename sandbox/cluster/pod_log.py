"""The log of a pretended container: what one would print at its start, and when it ended before."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.cluster.api_error import FieldError, Named, bad_request, invalid

_POLL_SECONDS = 0.1
_Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LogOptions:
    """What the query of `pods/NAME/log` asks for."""

    container: str = ""
    previous: bool = False
    timestamps: bool = False
    tail: int | None = None
    since: datetime | None = None

    @classmethod
    def parse(cls, query: Mapping[str, str], now: datetime) -> LogOptions:
        """Raises 400 for what is no number or time, 422 for a number that makes no sense."""
        tail, seconds = _number(query, "tailLines", 0), _number(query, "sinceSeconds", 1)
        since = _moment(query.get("sinceTime", ""))
        if seconds is not None:
            since = now - timedelta(seconds=seconds)
        return cls(
            query.get("container", ""),
            query.get("previous") in ("true", "1"),
            query.get("timestamps") in ("true", "1"),
            tail,
            since,
        )


def pod_log(pod: _Json, options: LogOptions) -> list[bytes]:
    """Return the lines, each with its end. Raises 400.

    Source: sentences of pkg/registry/core/pod/strategy.go and the kubelet.
    """
    chosen = _chosen(pod, options.container)
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    status: _Json = next((found for found in statuses if found["name"] == chosen["name"]), {})
    state: _Json = status.get("lastState" if options.previous else "state") or {}
    name = pod["metadata"]["name"]
    if options.previous and not state:
        raise bad_request(f'previous terminated container "{chosen["name"]}" in pod "{name}" not found')
    if waiting := state.get("waiting"):
        raise bad_request(
            f'container "{chosen["name"]}" in pod "{name}" is waiting to start: '
            f"{'trying and failing to pull image' if 'Image' in waiting['reason'] else waiting['reason']}"
        )
    lines = [(at, text) for at, text in _printed(pod, chosen, state) if _is_wanted(at, options.since)]
    if options.tail is not None:
        lines = lines[len(lines) - options.tail :] if options.tail < len(lines) else lines
    return [f"{at} {text}\n".encode() if options.timestamps else f"{text}\n".encode() for at, text in lines]


def followed(
    read: Callable[[], _Json | None], options: LogOptions, stopped: Callable[[], bool]
) -> Iterator[bytes]:
    """Yield the lines as they come, until the container or the pod has ended; b"" while nothing is new."""
    seen: list[bytes] = []
    while (pod := read()) is not None and not stopped():
        lines = pod_log(pod, options)
        yield from lines[len(seen) :] or [b""]
        seen = lines
        if not _runs(pod, _chosen(pod, options.container)["name"]):
            return
        time.sleep(_POLL_SECONDS)


def _chosen(pod: _Json, container: str) -> _Json:
    name, containers = pod["metadata"]["name"], pod["spec"]["containers"]
    if not container and len(containers) > 1:
        names = " ".join(c["name"] for c in containers)
        raise bad_request(f"a container name must be specified for pod {name}, choose one of: [{names}]")
    wanted = container or containers[0]["name"]
    several = [*containers, *(pod["spec"].get("initContainers") or ())]
    chosen: _Json | None = next((c for c in several if c["name"] == wanted), None)
    if chosen is None:
        raise bad_request(f"container {container} is not valid for pod {name}")
    return chosen


def _printed(pod: _Json, container: _Json, state: _Json) -> list[tuple[str, str]]:
    """(moment, text) of each line; one that has ended says so."""
    phase: _Json = state.get("running") or state.get("terminated") or {}
    if not phase:
        return []
    texts = [
        f"sandbox: {container['image']} started on {pod['spec'].get('nodeName', '')}",
        *(f"sandbox: listening on port {port['containerPort']}" for port in container.get("ports") or ()),
        "sandbox: ready",
    ]
    begun = str(phase["startedAt"]).removesuffix("Z")
    lines = [(f"{begun}.{number:09}Z", text) for number, text in enumerate(texts, 1)]
    if ended := state.get("terminated"):
        at = str(ended["finishedAt"]).removesuffix("Z")
        lines.append((f"{at}.999999999Z", f"sandbox: ended with exit code {ended['exitCode']}"))
    return lines


def _runs(pod: _Json, container: str) -> bool:
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    states = [found.get("state") or {} for found in statuses if found["name"] == container]
    return any("running" in state for state in states)


def _is_wanted(at: str, since: datetime | None) -> bool:
    """Go's zone letter and nine decimals are read as Python reads six."""
    return since is None or datetime.fromisoformat(f"{at[:26]}+00:00") >= since


def _number(query: Mapping[str, str], name: str, least: int) -> int | None:
    text = query.get(name, "")
    if not text:
        return None
    if not text.removeprefix("-").isdigit():
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if int(text) < least:
        detail = "must be greater than 0" if least else "must be greater than or equal to 0"
        raise invalid(Named("", "PodLogOptions", ""), [FieldError.invalid(name, int(text), detail)])
    return int(text)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise bad_request(f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": cannot parse') from error
