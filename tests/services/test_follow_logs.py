"""Logs of several pods as they are printed: threads, broken connections, and an end from outside."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from shared.errors import InvalidRequestError, PermissionDeniedError, UnavailableError
from shared.ports.pod_logs import FollowedLog, LogLine, LogQuery
from shared.services.follow_logs import PodLog, follow_logs

_PATIENCE = 20.0


def line(second: int, text: str = "") -> LogLine:
    return LogLine(f"2026-01-01T12:00:{second:02}Z", text or str(second))


def pod(name: str, query: LogQuery = LogQuery()) -> PodLog:
    return PodLog("shop", name, query)


class ScriptedLogs:
    """Each connection to a pod tells the next part of its script; an error in it is raised there."""

    def __init__(self, **scripts: list[list[object]]) -> None:
        self._scripts = scripts
        self.asked: list[LogQuery] = []
        self.closed = threading.Event()

    def read(self, namespace: str, pod: str, query: LogQuery = LogQuery()) -> Iterator[LogLine]:
        raise NotImplementedError

    def follow(self, namespace: str, pod: str, query: LogQuery = LogQuery()) -> FollowedLog:
        self.asked.append(query)
        script = self._scripts[pod]
        part = script.pop(0) if len(script) > 1 else script[0]
        if part and isinstance(part[0], Exception) and len(part) == 1:
            raise part[0]
        return FollowedLog(self._lines(part), self.closed.set)

    def _lines(self, part: list[object]) -> Iterator[LogLine]:
        for each in part:
            if isinstance(each, Exception):
                raise each
            if each == "wait":
                assert self.closed.wait(_PATIENCE)
                return
            assert isinstance(each, LogLine)
            yield each


def texts(logs: ScriptedLogs, *pods: PodLog) -> list[str]:
    return [told[1].text for told in follow_logs(logs, pods) if told is not None]


def test_lines_that_arrive_together_are_in_the_order_of_their_times() -> None:
    logs = ScriptedLogs(a=[[line(1), line(4)]], b=[[line(2), line(3)]])
    assert texts(logs, pod("a"), pod("b")) == ["1", "2", "3", "4"]


def test_a_connection_that_breaks_goes_on_where_it_broke() -> None:
    away = UnavailableError("away")
    logs = ScriptedLogs(a=[[line(1), line(2), away], [line(2), line(3)]])
    assert texts(logs, pod("a", LogQuery(tail_lines=5))) == ["1", "2", "3"]
    assert logs.asked == [LogQuery(tail_lines=5), LogQuery(since_time="2026-01-01T12:00:02Z")]


def test_a_cluster_that_stays_away_is_raised_after_some_tries() -> None:
    logs = ScriptedLogs(a=[[UnavailableError("away")]])
    with pytest.raises(UnavailableError, match="away"):
        texts(logs, pod("a"))
    assert len(logs.asked) == 3


def test_what_the_cluster_says_of_a_container_without_a_log_is_a_line_and_ends_no_other() -> None:
    logs = ScriptedLogs(a=[[InvalidRequestError("is waiting to start")]], b=[[line(1)]])
    assert texts(logs, pod("a"), pod("b")) == ["is waiting to start", "1"]


def test_a_node_that_stays_away_hides_nothing_of_the_others() -> None:
    logs = ScriptedLogs(a=[[UnavailableError("node a is away")]], b=[[line(1)]])
    assert sorted(texts(logs, pod("a"), pod("b"))) == ["1", "node a is away"]


def test_a_refusal_ends_all() -> None:
    logs = ScriptedLogs(a=[[PermissionDeniedError("forbidden")]], b=[["wait"]])
    with pytest.raises(PermissionDeniedError):
        texts(logs, pod("a"), pod("b"))
    assert logs.closed.is_set()


def test_a_quiet_log_says_so_and_who_goes_away_ends_it() -> None:
    logs = ScriptedLogs(a=[[line(1), "wait"]])
    before = set(threading.enumerate())
    following = follow_logs(logs, [pod("a")])
    assert next(following) == (pod("a"), line(1))
    assert next(following) is None
    assert not logs.closed.is_set()
    close: Callable[[], None] = following.close  # type: ignore[attr-defined]
    close()
    assert logs.closed.is_set()
    assert set(threading.enumerate()) <= before


def test_of_no_pods_there_is_nothing() -> None:
    assert texts(ScriptedLogs()) == []
