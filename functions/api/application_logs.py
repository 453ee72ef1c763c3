"""Application service: logs. Source: Argo CD server/application (PodLogs)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from functions._http import Answer, close
from functions._streams import stream_answer
from functions.api.application_query import flag_of, key_of, moment_of, number_of, ref_of
from functions.api.call import Call
from shared.domain.views.log_entries import LogFilter
from shared.ports.pod_logs import LogQuery
from shared.services.show_logs import LogWish

_Entry = dict[str, Any] | None


def logs(call: Call, name: str, pod: str = "") -> Answer:
    """The log of a pod, of all pods of `?group=&kind=&resourceName=`, or of all the application has.

    `?podName=&namespace=&container=&previous=&follow=&tailLines=&sinceSeconds=&sinceTime=&untilTime=
    &filter=&matchCase=&download=`; `filter=!text` leaves out. NDJSON, or events for who accepts those;
    `download=true` is plain text.
    """
    entries = call.services.views.logs(ref_of(call, name), _wish(call, pod))
    if flag_of(call, "download"):
        return _text(entries, name)
    return stream_answer(call.request, entries)


def _wish(call: Call, pod: str) -> LogWish:
    first = call.request.first
    since, until = moment_of(call, "sinceTime"), moment_of(call, "untilTime")
    return LogWish(
        pod=pod or first("podName"),
        namespace=first("namespace"),
        owner=key_of(call) if first("resourceName") or first("kind") else None,
        query=LogQuery(
            container=first("container"),
            previous=flag_of(call, "previous"),
            # 0 is what a client of protocol buffers sends where nothing was asked for
            tail_lines=number_of(call, "tailLines") or None,
            since_seconds=number_of(call, "sinceSeconds") or None,
            since_time=_written(since),
        ),
        follow=flag_of(call, "follow") and not flag_of(call, "download"),
        filter=LogFilter(first("filter"), flag_of(call, "matchCase"), _written(until)),
    )


def _written(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else ""


def _text(entries: Iterator[_Entry], name: str) -> Answer:
    first = next(entries, None)
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}.log"',
    }
    return Answer(200, _lines(first, entries), headers)


def _lines(first: _Entry, rest: Iterator[_Entry]) -> Iterator[bytes]:
    try:
        yield _line(first)
        yield from map(_line, rest)
    finally:
        close(rest)


def _line(entry: _Entry) -> bytes:
    return b"" if entry is None or entry["last"] else f"{entry['content']}\n".encode()
