"""`python -m host serve` as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shared.adapters.sqlite.database import SqliteDatabase
from shared.adapters.sqlite.work_queue import SqliteWorkQueue
from shared.adapters.system.clock import SystemClock
from tests.host.test_queue_listener import BOUND, until

ROOT = Path(__file__).parents[2]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a host in `tmp_path/home`; whatever still runs at the end is killed."""
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "host", "serve", "--app", "tests.host.small_app", *arguments]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={"TIDEGATE_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Tidegate is ready: http://127.0.0.1:"), process.communicate()
    return line.split()[-1]


def post(url: str, text: str) -> int:
    with urllib.request.urlopen(f"{url}/send", data=text.encode(), timeout=BOUND) as answer:
        return int(answer.status)


def stopped(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> int:
    process.send_signal(number)
    process.communicate(timeout=BOUND)
    return process.returncode


def lying_in(home: Path, queue: str) -> list[str]:
    with closing(SqliteDatabase(home / "tidegate.db")) as database:
        return [message.text for message in SqliteWorkQueue(database, queue, SystemClock()).peek()]


def test_a_request_passes_through_queues_and_a_stop_is_clean(start: Start, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    process = start("--ready-file", str(ready))
    url = url_of(process)
    until(ready.exists)
    assert ready.read_text() == f"{url}\n"
    assert post(url, "one") == 202
    until(lambda: lying_in(tmp_path / "home", "done") == ["one 1"])
    with urllib.request.urlopen(f"{url}/worker", timeout=BOUND) as answer:
        assert answer.read() == b"running"
    assert stopped(process) == 0


def test_a_stop_lets_a_running_function_finish(start: Start, tmp_path: Path) -> None:
    process = start()
    assert post(url_of(process), "slow") == 202
    until(lambda: claimed(tmp_path / "home"))
    assert stopped(process, signal.SIGINT) == 0
    assert lying_in(tmp_path / "home", "done") == ["slow 1"]
    assert lying_in(tmp_path / "home", "work") == []


def test_what_a_killed_process_had_claimed_comes_again_at_once(start: Start, tmp_path: Path) -> None:
    process = start()
    assert post(url_of(process), "stuck") == 202
    until(lambda: claimed(tmp_path / "home"))
    process.kill()
    process.communicate(timeout=BOUND)
    again = start()
    url_of(again)
    until(lambda: lying_in(tmp_path / "home", "done") == ["stuck 2"])
    assert stopped(again) == 0


def test_a_second_host_in_one_home_is_refused_with_the_pid_of_the_first(start: Start) -> None:
    first = start()
    url_of(first)
    second = start()
    _, errors = second.communicate(timeout=BOUND)
    assert second.returncode == 1
    assert f"process {first.pid} uses it already" in errors
    assert "Traceback" not in errors
    assert stopped(first) == 0


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({"TIDEGATE_PORT": "x"}, "TIDEGATE_PORT is 'x'"),
        ({"TIDEGATE_POLL_SCHEDULE": "often"}, "schedule is 'often'"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(start: Start, environment: dict[str, str], problem: str) -> None:
    process = start(**environment)
    _, errors = process.communicate(timeout=BOUND)
    assert process.returncode == 1
    assert errors.count("\n") == 1
    assert errors.startswith("tidegate: ")
    assert problem in errors


def claimed(home: Path) -> bool:
    with closing(SqliteDatabase(home / "tidegate.db")) as database:
        lying = SqliteWorkQueue(database, "work", SystemClock()).peek()
    return [message.dequeue_count for message in lying] == [1]
