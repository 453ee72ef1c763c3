"""The log of a pretended container: its start, a line every few seconds while it runs, its end."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.cluster.api_error import FieldError, Named, bad_request, invalid
from shared.ports.clock import Clock

_POLL_SECONDS = 0.1
_EVERY_SECONDS, _KEPT_LINES = 4, 1000
_TALK = ("GET /healthz 200", "GET / 200", "GET /metrics 200", "POST /items 201", "GET /items/7 404")
_Json = dict[str, Any]
_Entry = tuple[str, str]


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


def pod_log(pod: _Json, options: LogOptions, now: datetime) -> list[bytes]:
    """Return the lines up to `now`, each with its end. Raises 400.

    Source: sentences of pkg/registry/core/pod/strategy.go and the kubelet.
    """
    return [_line(entry, options) for entry in _tail(_entries(pod, options, now), options)]


def followed(
    read: Callable[[], _Json | None], options: LogOptions, clock: Clock, stopped: Callable[[], bool]
) -> Iterator[bytes]:
    """Yield the lines as they come, until the container or the pod has ended; b"" while nothing is new."""
    last = ""
    while (pod := read()) is not None and not stopped():
        entries = _entries(pod, options, clock.now())
        fresh = [entry for entry in entries if entry[0] > last] if last else _tail(entries, options)
        yield from [_line(entry, options) for entry in fresh] or [b""]
        last = entries[-1][0] if entries else last
        if not _runs(pod, _chosen(pod, options.container)["name"]):
            return
        time.sleep(_POLL_SECONDS)


def _entries(pod: _Json, options: LogOptions, now: datetime) -> list[_Entry]:
    """What the container has printed since the wanted moment. Raises 400."""
    chosen = _chosen(pod, options.container)
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    status: _Json = next((found for found in statuses if found["name"] == chosen["name"]), {})
    state: _Json = status.get("lastState" if options.previous else "state") or {}
    name = pod["metadata"]["name"]
    if options.previous and not state:
        raise bad_request(f'previous terminated container "{chosen["name"]}" in pod "{name}" not found')
    waiting = state.get("waiting")
    if waiting and "Crash" in waiting["reason"]:
        # while a container waits for its restart, its log is that of the run that ended
        state = status.get("lastState") or {}
    elif waiting:
        raise bad_request(
            f'container "{chosen["name"]}" in pod "{name}" is waiting to start: '
            f"{'trying and failing to pull image' if 'Image' in waiting['reason'] else waiting['reason']}"
        )
    return [entry for entry in _printed(pod, chosen, state, now) if _is_wanted(entry[0], options.since)]


def _tail(entries: list[_Entry], options: LogOptions) -> list[_Entry]:
    return entries if options.tail is None else entries[max(0, len(entries) - options.tail) :]


def _line(entry: _Entry, options: LogOptions) -> bytes:
    at, text = entry
    return f"{at} {text}\n".encode() if options.timestamps else f"{text}\n".encode()


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


def _printed(pod: _Json, container: _Json, state: _Json, now: datetime) -> list[_Entry]:
    """(moment, text) of each line; a container that has ended says so."""
    phase: _Json = state.get("running") or state.get("terminated") or {}
    if not phase:
        return []
    texts = [
        f"sandbox: {container['image']} started on {pod['spec'].get('nodeName', '')}",
        *(f"sandbox: listening on port {port['containerPort']}" for port in container.get("ports") or ()),
        "sandbox: ready",
    ]
    begun = str(phase["startedAt"])
    lines = [(f"{begun.removesuffix('Z')}.{number:09}Z", text) for number, text in enumerate(texts, 1)]
    ended = state.get("terminated")
    until = datetime.fromisoformat(ended["finishedAt"]) if ended else now
    lines += _chatter(str(pod["metadata"]["uid"]), datetime.fromisoformat(begun), until)
    if ended:
        at = str(ended["finishedAt"]).removesuffix("Z")
        lines.append((f"{at}.999999999Z", f"sandbox: ended with exit code {ended['exitCode']}"))
    return lines


def _chatter(seed: str, begun: datetime, until: datetime) -> list[_Entry]:
    """A line every few seconds, the same whenever it is asked for; old ones are rotated away."""
    count = max(0, int((until - begun).total_seconds()) // _EVERY_SECONDS)
    found: list[_Entry] = []
    for number in range(max(1, count - _KEPT_LINES + 1), count + 1):
        dice = zlib.crc32(f"{seed} {number}".encode())
        at = (begun + timedelta(seconds=number * _EVERY_SECONDS)).strftime("%Y-%m-%dT%H:%M:%S")
        text = f"{_TALK[dice % len(_TALK)]} request={dice:08x} took={dice % 97 + 3}ms"
        found.append((f"{at}.{dice % 500_000_000:09}Z", f"sandbox: {text}"))
    return found


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
