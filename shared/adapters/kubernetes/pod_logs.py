"""The logs of one cluster's pods, as its nodes stream them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from shared.adapters.kubernetes.refusals import Call
from shared.adapters.kubernetes.rest_client import RestClient
from shared.errors import InvalidRequestError
from shared.ports.pod_logs import FollowedLog, LogLine, LogQuery

_QUIET_SECONDS = 60.0
# A container may have nothing to say for long, and a node says nothing, no header either, before it does
_FOLLOWED_QUIET_SECONDS = 300.0
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S* ")


class KubernetesPodLogs:
    """See the port pod_logs."""

    def __init__(self, client: RestClient) -> None:
        self._client = client

    def read(self, namespace: str, pod: str, query: LogQuery = LogQuery()) -> Iterator[LogLine]:
        call = _call(namespace, pod, query)
        return map(_line, self._client.lines(call, _QUIET_SECONDS))

    def follow(self, namespace: str, pod: str, query: LogQuery = LogQuery()) -> FollowedLog:
        call = _call(namespace, pod, query)
        call = replace(call, doing=f"follow {call.doing}", query={**call.query, "follow": "true"})
        lines, end = self._client.open_lines(call, _FOLLOWED_QUIET_SECONDS)
        return FollowedLog(map(_line, lines), end)


def _call(namespace: str, pod: str, query: LogQuery) -> Call:
    """Raises InvalidRequestError for a name that would mean another path."""
    for part in (namespace, pod):
        if not part or "/" in part or part in {".", ".."}:
            raise InvalidRequestError(
                f"Pod {namespace}/{pod}: {part!r} is no name. Use letters, digits, - and ."
            )
    asked = {
        "container": query.container,
        "previous": "true" if query.previous else "",
        "tailLines": "" if query.tail_lines is None else str(query.tail_lines),
        "sinceSeconds": "" if query.since_seconds is None else str(query.since_seconds),
        "sinceTime": query.since_time,
        "timestamps": "true",
    }
    return Call(
        f"log of Pod {namespace}/{pod}",
        "GET",
        f"/api/v1/namespaces/{quote(namespace, safe='')}/pods/{quote(pod, safe='')}/log",
        query={name: value for name, value in asked.items() if value},
        # the kubelet's refusals come as JSON whatever is asked for; the log itself is plain text
        accept="application/json, */*",
        plural="pods",
    )


def _line(line: bytes) -> LogLine:
    stamp = _STAMP.match(line)
    at = stamp[0][:-1].decode() if stamp else ""
    text = line[stamp.end() :] if stamp else line
    return LogLine(at, text.removesuffix(b"\r").decode(errors="replace"))
