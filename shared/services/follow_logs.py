"""The logs of several pods as they are printed, in one stream."""

from __future__ import annotations

import queue
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Event, Lock, Thread
from time import monotonic

from shared.errors import InvalidRequestError, NotFoundError, TidegateError, UnavailableError
from shared.ports.pod_logs import FollowedLog, LogLine, LogQuery, PodLogs

_TICK_SECONDS = 1.0
_GATHER_SECONDS = 0.1
_WAITING_LINES = 1000
_TRIES = 3
_QUIET_SECONDS = 20.0
_PAUSE_SECONDS = 0.5
_END_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class PodLog:
    """The container of a pod whose log is wanted."""

    namespace: str
    pod: str
    query: LogQuery


Line = tuple[PodLog, LogLine]
_Told = tuple[PodLog, LogLine | TidegateError | None]


def follow_logs(logs: PodLogs, wanted: Sequence[PodLog]) -> Iterator[Line | None]:
    """Yield the lines of all, those that arrive together in the order of their times; None when it is quiet.

    Ends when all containers have. A connection that breaks is opened again where it broke. What a cluster
    says of a container that has no log is a line of it, of several pods also that a node is away. Closing the
    iterator ends the connections.
    Source: Argo CD server/application/logs.go (mergeLogStreams gathers for 100 ms).
    """
    followers = _Followers(logs, wanted)
    try:
        while followers.running:
            gathered = followers.gathered()
            yield from sorted(gathered, key=lambda told: told[1].at)
            if not gathered:
                yield None
    finally:
        followers.end()


class _Followers:
    """A thread a pod reads; who iterates takes from one queue."""

    def __init__(self, logs: PodLogs, wanted: Sequence[PodLog]) -> None:
        self._logs, self.running, self._alone = logs, len(wanted), len(wanted) == 1
        self._told: queue.Queue[_Told] = queue.Queue(_WAITING_LINES)
        self._stop, self._lock = Event(), Lock()
        self._open: dict[PodLog, FollowedLog] = {}
        self._threads = [Thread(target=self._follow, args=(each,), daemon=True) for each in wanted]
        for thread in self._threads:
            thread.start()

    def gathered(self) -> list[Line]:
        """Wait up to a second for a line, then a moment for those beside it. Raises what ended a log."""
        lines: list[Line] = []
        end = monotonic() + _TICK_SECONDS
        while self.running and len(lines) < _WAITING_LINES:
            try:
                pod, told = self._told.get(timeout=max(0.0, end - monotonic()))
            except queue.Empty:
                break
            if isinstance(told, TidegateError):
                raise told
            if told is None:
                self.running -= 1
                continue
            if not lines:
                end = monotonic() + _GATHER_SECONDS
            lines.append((pod, told))
        return lines

    def end(self) -> None:
        self._stop.set()
        with self._lock:
            for opened in self._open.values():
                opened.close()
        for thread in self._threads:
            thread.join(_END_SECONDS)

    def _follow(self, pod: PodLog) -> None:
        reading = _Reading(pod.query)
        while not self._stop.is_set():
            try:
                self._read(pod, reading)
            except UnavailableError as error:
                if not reading.may_go_on():
                    # a node that is away is no reason to show nothing of the others
                    self._tell(pod, error if self._alone else LogLine("", str(error)))
                    break
                self._stop.wait(_PAUSE_SECONDS)
            except (InvalidRequestError, NotFoundError) as error:
                self._tell(pod, LogLine("", str(error)))
                break
            except TidegateError as error:
                self._tell(pod, error)
                return
            else:
                break
        self._tell(pod, None)

    def _read(self, pod: PodLog, reading: _Reading) -> None:
        """Read one connection to its end; when told to stop also, since that closes it."""
        opened = self._logs.follow(pod.namespace, pod.pod, reading.next_query())
        with self._lock:
            self._open[pod] = opened
            if self._stop.is_set():
                opened.close()
        for line in opened.lines:
            if reading.is_new(line):
                self._tell(pod, line)

    def _tell(self, pod: PodLog, told: LogLine | TidegateError | None) -> None:
        while not self._stop.is_set():
            try:
                self._told.put((pod, told), timeout=_TICK_SECONDS)
            except queue.Full:
                continue
            return


class _Reading:
    """Where the reading of one log has got to."""

    def __init__(self, query: LogQuery) -> None:
        self._query, self._seen, self._last = query, "", ""
        self._failures, self._opened = 0, 0.0

    def next_query(self) -> LogQuery:
        self._opened, self._seen = monotonic(), self._last
        if not self._last:
            return self._query
        return replace(self._query, tail_lines=None, since_seconds=None, since_time=self._last)

    def is_new(self, line: LogLine) -> bool:
        """Whether a line was not there before the connection broke: the server begins at a whole second."""
        if line.at and line.at <= self._seen:
            return False
        self._failures = 0
        self._last = max(self._last, line.at)
        return True

    def may_go_on(self) -> bool:
        """A connection that was quiet until its time was up is opened again for ever, a broken one thrice."""
        quiet = monotonic() - self._opened >= _QUIET_SECONDS
        self._failures = 0 if quiet else self._failures + 1
        return self._failures < _TRIES
