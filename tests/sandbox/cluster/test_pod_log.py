"""What a pretended container prints."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.cluster.api_error import ApiError
from sandbox.cluster.pod_log import LogOptions, followed, pod_log

BORN = datetime(2026, 1, 1, tzinfo=UTC)
RUNNING = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
ENDED = {
    "terminated": {"startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:09Z", "exitCode": 1}
}


class At:
    """A clock that moves on by four seconds each time it is read."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds - 4

    def now(self) -> datetime:
        self._seconds += 4
        return BORN + timedelta(seconds=self._seconds)


def pod(**status: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "app", "image": "app:1", "ports": [{"containerPort": 80}]}]}
    status = {"containerStatuses": [{"name": "app", **status}]}
    return {"metadata": {"name": "web", "uid": "u"}, "spec": spec, "status": status}


def printed(found: dict[str, Any], seconds: int, **query: str) -> list[str]:
    now = BORN + timedelta(seconds=seconds)
    lines = pod_log(found, LogOptions.parse(query, now), now)
    return [line.decode().rstrip("\n") for line in lines]


def test_a_container_that_runs_says_something_every_few_seconds() -> None:
    early, late = printed(pod(state=RUNNING), 3), printed(pod(state=RUNNING), 41)
    assert early == ["sandbox: app:1 started on ", "sandbox: listening on port 80", "sandbox: ready"]
    assert late[:3] == early
    assert len(late) == 13
    assert printed(pod(state=RUNNING), 41) == late


def test_tail_since_and_timestamps_choose_from_it() -> None:
    whole = printed(pod(state=RUNNING), 41)
    assert printed(pod(state=RUNNING), 41, tailLines="2") == whole[-2:]
    assert printed(pod(state=RUNNING), 41, tailLines="0") == []
    assert printed(pod(state=RUNNING), 41, sinceSeconds="10") == whole[-3:]
    stamped = printed(pod(state=RUNNING), 41, timestamps="true")
    moments = [line.partition(" ")[0] for line in stamped]
    assert [line.partition(" ")[2] for line in stamped] == whole
    assert moments == sorted(moments)


def test_a_week_of_talk_is_rotated() -> None:
    assert len(printed(pod(state=RUNNING), 7 * 86400)) == 1003


def test_a_follower_gets_the_tail_and_then_what_is_new() -> None:
    states = [pod(state=RUNNING), pod(state=RUNNING), pod(state=ENDED)]
    options = LogOptions.parse({"tailLines": "1"}, BORN)
    lines = list(followed(lambda: states.pop(0), options, At(0), lambda: False))
    texts = [line.decode().rstrip("\n") for line in lines if line]
    assert texts[0] == "sandbox: ready"
    assert len(texts) == 4
    assert texts[-1] == "sandbox: ended with exit code 1"


def test_a_container_that_crashed_has_a_previous_log() -> None:
    waiting = {"waiting": {"reason": "CrashLoopBackOff"}}
    crashed = pod(state=waiting, lastState=ENDED)
    assert printed(crashed, 60, previous="true")[-1] == "sandbox: ended with exit code 1"
    assert printed(crashed, 60) == printed(crashed, 60, previous="true")
    with pytest.raises(ApiError, match='previous terminated container "app" in pod "web" not found'):
        printed(pod(state=RUNNING), 60, previous="true")
