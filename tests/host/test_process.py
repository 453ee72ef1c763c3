"""The host as a whole."""

from __future__ import annotations

import threading
import urllib.request

import azure.functions as func
import pytest

from host.configuration import HostConfig
from host.process import Host, serve
from shared.adapters.memory.work_queue import MemoryQueues
from shared.adapters.system.clock import SystemClock
from shared.errors import InvalidSpecError
from tests.host.test_queue_listener import BOUND


def app() -> func.FunctionApp:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route("x", methods=["GET"])
    def x(req: func.HttpRequest) -> str:
        return "x"

    return app


def test_serve_tells_its_url_runs_until_told_to_stop_and_says_how_it_ended() -> None:
    stop, told = threading.Event(), []

    def ready(url: str) -> None:
        with urllib.request.urlopen(f"{url}/x", timeout=BOUND) as answer:
            told.append((url, answer.read()))
        stop.set()

    assert serve(app(), MemoryQueues(SystemClock()), ready=ready, stop=stop)
    ((url, body),) = told
    assert url.startswith("http://127.0.0.1:")
    assert body == b"x"


def test_a_worker_runs_from_the_start_to_the_stop() -> None:
    running, ended = threading.Event(), threading.Event()

    def worker(stop: threading.Event) -> None:
        running.set()
        stop.wait(BOUND)
        ended.set()

    host = Host(app(), MemoryQueues(SystemClock()), workers=[worker])
    assert not running.is_set()
    host.start()
    assert running.wait(BOUND)
    assert not ended.is_set()
    assert host.stop()
    assert ended.is_set()


def test_a_worker_that_fails_stops_nothing_else() -> None:
    failed = threading.Event()

    def worker(stop: threading.Event) -> None:
        failed.set()
        raise ZeroDivisionError

    host = Host(app(), MemoryQueues(SystemClock()), workers=[worker])
    host.start()
    assert failed.wait(BOUND)
    with urllib.request.urlopen(f"{host.url}/x", timeout=BOUND) as answer:
        assert answer.read() == b"x"
    assert host.stop()


def test_a_worker_that_does_not_end_is_told_of() -> None:
    hanging, go_on = threading.Event(), threading.Event()

    def worker(stop: threading.Event) -> None:
        hanging.set()
        go_on.wait(BOUND)

    host = Host(app(), MemoryQueues(SystemClock()), workers=[worker])
    host.start()
    assert hanging.wait(BOUND)
    assert not host.stop(0.05)
    go_on.set()


def test_a_bad_function_is_refused_before_anything_runs() -> None:
    bad = app()
    bad.timer_trigger(arg_name="t", schedule="often")(lambda t: None)
    with pytest.raises(InvalidSpecError, match="schedule is 'often'"):
        Host(bad, MemoryQueues(SystemClock()))


def test_the_queues_of_the_functions_are_known() -> None:
    queued = app()
    queued.queue_trigger(arg_name="m", queue_name="%Q%", connection="C")(lambda m: None)
    host = Host(queued, MemoryQueues(SystemClock()), HostConfig(settings={"Q": "jobs"}))
    assert host.queue_names == ("jobs",)
    host.close()
