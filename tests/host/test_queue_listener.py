"""What becomes of a message: on memory and on SQLite queues."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import azure.functions as func
import pytest

from host.configuration import HostConfig, QueueRules
from host.process import Host
from shared.adapters.memory.work_queue import MemoryQueues, MemoryWorkQueue
from shared.adapters.sqlite.database import SqliteDatabase
from shared.adapters.sqlite.work_queue import SqliteWorkQueue
from shared.adapters.system.clock import FixedClock, SystemClock
from shared.errors import UnavailableError
from shared.log import JsonFormatter, bind
from shared.ports.clock import Clock

Queues = Callable[[str], SqliteWorkQueue | MemoryWorkQueue]
RULES = QueueRules(batch_size=2, new_batch_threshold=1, max_dequeue_count=3)
Worlds = Callable[[Clock], Queues]
BOUND = 30.0


@pytest.fixture(params=["memory", "sqlite"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Worlds]:
    if request.param == "memory":
        yield MemoryQueues
        return
    database = SqliteDatabase(tmp_path / "store.db")
    yield lambda clock: partial(SqliteWorkQueue, database, clock=clock)
    database.close()


class Recorder:
    """Collects what functions saw; `until` waits for it with a bound."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self._changed = threading.Condition()

    def add(self, what: Any) -> None:
        with self._changed:
            self.seen.append(what)
            self._changed.notify_all()

    def until(self, count: int) -> list[Any]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.seen) >= count, BOUND), self.seen
            return list(self.seen)


def until(condition: Callable[[], bool]) -> None:
    pause, deadline = threading.Event(), monotonic() + BOUND
    while not condition():
        assert monotonic() < deadline
        pause.wait(0.01)


def app_of(work: Callable[..., None]) -> func.FunctionApp:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    declared = app.queue_output(arg_name="out", queue_name="out", connection="C")(work)
    app.function_name("work")(
        app.queue_trigger(arg_name="message", queue_name="work", connection="C")(declared)
    )
    return app


def running(
    work: Callable[..., None], queues: Queues, rules: QueueRules = RULES
) -> AbstractContextManager[Host]:
    return started(Host(app_of(work), queues, HostConfig(queues=rules)))


@contextmanager
def started(host: Host) -> Iterator[Host]:
    host.start()
    try:
        yield host
    finally:
        assert host.stop()


def test_a_message_comes_with_its_id_count_and_body_and_is_completed(world: Worlds) -> None:
    queues, recorder = world(SystemClock()), Recorder()

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        recorder.add((message.id, message.dequeue_count, message.get_body()))

    with running(work, queues):
        queues("work").send("ü {}")
        ((id, count, body),) = recorder.until(1)
        until(lambda: queues("work").length() == 0)
    assert (bool(id), count, body) == (True, 1, "ü {}".encode())


@pytest.mark.parametrize(("annotation", "expected"), [(str, "ü"), (bytes, "ü".encode())])
def test_a_message_comes_as_the_type_that_is_asked_for(
    world: Worlds, annotation: type, expected: object
) -> None:
    queues, recorder = world(SystemClock()), Recorder()

    def work(message, out):  # type: ignore[no-untyped-def]
        recorder.add(message)

    work.__annotations__["message"] = annotation
    with running(work, queues):
        queues("work").send("ü")
        assert recorder.until(1) == [expected]


def test_outputs_are_sent_once_the_function_has_succeeded(world: Worlds) -> None:
    queues = world(SystemClock())
    set_already, go_on = threading.Event(), threading.Event()

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        out.set("overwritten")
        out.set("result")
        set_already.set()
        go_on.wait(BOUND)

    with running(work, queues):
        queues("work").send("x")
        assert set_already.wait(BOUND)
        assert queues("out").length() == 0
        go_on.set()
        until(lambda: queues("work").length() == 0)
        assert [message.text for message in queues("out").peek()] == ["result"]


def test_a_list_on_an_output_is_many_messages_and_nothing_is_none(world: Worlds) -> None:
    queues = world(SystemClock())

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        if message.get_body() == b"many":
            out.set(["1", "2"])  # type: ignore[arg-type]

    with running(work, queues):
        queues("work").send("none")
        queues("work").send("many")
        until(lambda: queues("work").length() == 0)
    assert [message.text for message in queues("out").peek()] == ["1", "2"]


def test_what_fails_is_tried_again_after_the_visibility_timeout_then_poisoned(world: Worlds) -> None:
    clock = FixedClock()
    queues, recorder = world(clock), Recorder()

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        out.set("never sent")
        recorder.add(message.dequeue_count)
        raise ZeroDivisionError("a bug")

    with running(work, queues, replace(RULES, visibility_timeout=timedelta(seconds=30))):
        queues("work").send("bad")
        for count in (1, 2):
            recorder.until(count)
            until(lambda: [m.due_at - clock.now() for m in queues("work").peek()] == [timedelta(seconds=30)])
            clock.advance(timedelta(seconds=30))
        assert recorder.until(3) == [1, 2, 3]
        until(lambda: queues("work-poison").length() == 1)
    (poisoned,) = queues("work-poison").peek()
    assert poisoned.text == "bad"
    assert "ZeroDivisionError: a bug" in poisoned.hint
    assert (queues("work").length(), queues("out").length()) == (0, 0)


def test_what_fails_once_succeeds_later(world: Worlds) -> None:
    queues, recorder = world(SystemClock()), Recorder()

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        recorder.add(message.dequeue_count)
        if message.dequeue_count == 1:
            raise ZeroDivisionError

    with running(work, queues):
        queues("work").send("x")
        assert recorder.until(2) == [1, 2]
        until(lambda: queues("work").length() == 0)
    assert queues("work-poison").length() == 0


def test_an_output_that_cannot_be_sent_fails_the_function(world: Worlds) -> None:
    queues = world(SystemClock())

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        out.set("x" * (48 * 1024 + 1))

    with running(work, queues):
        queues("work").send("x")
        until(lambda: queues("work-poison").length() == 1)
    assert "PayloadTooLargeError" in queues("work-poison").peek()[0].hint


def test_what_killed_the_process_too_often_is_poisoned_without_a_run(world: Worlds) -> None:
    queues, recorder = world(SystemClock()), Recorder()
    queues("work").send("killer")
    for _ in range(RULES.max_dequeue_count):
        assert queues("work").receive(600)
        queues("work").requeue_claimed()

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        recorder.add(message.get_body())

    with running(work, queues):
        until(lambda: queues("work-poison").length() == 1)
    assert recorder.seen == []


def test_a_message_stays_claimed_while_its_function_runs(world: Worlds) -> None:
    clock = FixedClock()
    queues, recorder = world(clock), Recorder()
    go_on = threading.Event()

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        recorder.add(message.dequeue_count)
        go_on.wait(BOUND)

    def renewed() -> bool:
        (message,) = queues("work").peek()
        return message.due_at - clock.now() == timedelta(seconds=0.3)

    with running(work, queues, replace(RULES, claim_seconds=0.3)):
        queues("work").send("x")
        recorder.until(1)
        for _ in range(5):
            until(renewed)
            clock.advance(timedelta(seconds=0.2))
        assert recorder.seen == [1]
        go_on.set()
        until(lambda: queues("work").length() == 0)


def test_a_function_that_hangs_loses_its_claim(world: Worlds) -> None:
    queues, recorder = world(SystemClock()), Recorder()
    go_on = threading.Event()

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        recorder.add(message.dequeue_count)
        if message.dequeue_count == 1:
            go_on.wait(BOUND)

    hanging = replace(RULES, claim_seconds=0.1, function_timeout=timedelta(milliseconds=1))
    with running(work, queues, hanging):
        queues("work").send("x")
        assert recorder.until(2) == [1, 2]
        go_on.set()


def test_many_messages_run_at_once_but_not_more_than_allowed(world: Worlds) -> None:
    queues = world(SystemClock())
    full = threading.Barrier(RULES.workers)
    lock, running_now, peak = threading.Lock(), [0], [0]

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        with lock:
            running_now[0] += 1
            peak[0] = max(peak[0], running_now[0])
        full.wait(BOUND)  # passes only when as many run at once as are allowed
        with lock:
            running_now[0] -= 1

    with running(work, queues):
        for number in range(RULES.workers * 4):
            queues("work").send(str(number))
        until(lambda: queues("work").length() == 0)
    assert peak == [RULES.workers]
    assert queues("work-poison").length() == 0


def test_stopping_finishes_what_runs_and_leaves_the_rest(world: Worlds) -> None:
    queues, recorder = world(SystemClock()), Recorder()
    entered, go_on = threading.Event(), threading.Event()

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        recorder.add(message.get_body())
        entered.set()
        go_on.wait(BOUND)

    host = Host(app_of(work), queues, HostConfig(queues=QueueRules(batch_size=1, new_batch_threshold=0)))
    host.start()
    queues("work").send("running")
    assert entered.wait(BOUND)
    queues("work").send("waiting")
    stopped: list[bool] = []
    stopping = threading.Thread(target=lambda: stopped.append(host.stop(BOUND)), daemon=True)
    stopping.start()
    stopping.join(0.2)
    assert stopping.is_alive()
    go_on.set()
    stopping.join(BOUND)
    assert stopped == [True]
    assert recorder.seen == [b"running"]
    assert [message.text for message in queues("work").peek()] == ["waiting"]


def test_stopping_is_bounded_and_the_message_stays_claimed(world: Worlds) -> None:
    queues = world(SystemClock())
    entered, go_on, left = threading.Event(), threading.Event(), threading.Event()

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        entered.set()
        go_on.wait(BOUND)
        left.set()

    host = Host(app_of(work), queues, HostConfig(queues=RULES))
    host.start()
    queues("work").send("x")
    assert entered.wait(BOUND)
    assert not host.stop(0.1)
    assert queues("work").receive(1) is None
    assert queues("work").requeue_claimed() == 1
    go_on.set()
    assert left.wait(BOUND)
    assert queues("work").length() == 1


class FlakyQueue(MemoryWorkQueue):
    """Fails at its first looks, and for the first messages that are done."""

    def __init__(self, error: Exception, looks: int = 0, ends: int = 0) -> None:
        super().__init__("work", SystemClock())
        self._error, self._looks, self._ends = error, looks, ends

    def receive(self, visibility_seconds: float) -> Any:
        if self._looks:
            self._looks -= 1
            raise self._error
        return super().receive(visibility_seconds)

    def complete(self, message: Any) -> bool:
        if self._ends:
            self._ends -= 1
            raise self._error
        return super().complete(message)


ERRORS = (UnavailableError("queue work: away"), RuntimeError("dictionary changed size during iteration"))


@pytest.mark.parametrize("error", ERRORS, ids=["away", "bug"])
def test_a_queue_that_cannot_be_read_is_asked_again(error: Exception) -> None:
    flaky, recorder = FlakyQueue(error, looks=2), Recorder()

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        recorder.add(message.get_body())

    flaky.send("x")
    host = Host(app_of(work), lambda _: flaky, HostConfig(queues=RULES))
    with started(host):
        assert recorder.until(1) == [b"x"]


@pytest.mark.parametrize("error", ERRORS, ids=["away", "bug"])
def test_who_could_not_settle_a_message_takes_the_next(error: Exception) -> None:
    flaky, recorder = FlakyQueue(error, ends=RULES.workers), Recorder()

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        recorder.add(message.get_body())

    for number in range(RULES.workers + 1):
        flaky.send(str(number))
    host = Host(app_of(work), lambda _: flaky, HostConfig(queues=RULES))
    with started(host):
        assert len(recorder.until(RULES.workers + 1)) == RULES.workers + 1


def test_an_http_function_sends_its_output_before_it_answers(world: Worlds) -> None:
    import urllib.request

    queues = world(SystemClock())
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route("hook", methods=["POST"])
    @app.queue_output(arg_name="event", queue_name="events", connection="C")
    def hook(req: func.HttpRequest, event: func.Out[str]) -> func.HttpResponse:
        event.set(req.get_body().decode())
        if req.get_body() == b"bug":
            raise ZeroDivisionError
        return func.HttpResponse(status_code=202)

    def post(url: str, body: bytes) -> int:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=BOUND) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    with started(Host(app, queues)) as host:
        assert post(f"{host.url}/api/hook", b"x") == 404
        assert post(f"{host.url}/hook", b"push") == 202
        assert [message.text for message in queues("events").peek()] == ["push"]
        assert post(f"{host.url}/hook", b"bug") == 500
        assert post(f"{host.url}/hook", b"x" * 50_000) == 413
    assert queues("events").length() == 1


def test_workers_are_started_as_messages_need_them_and_never_more_than_allowed(world: Worlds) -> None:
    queues, recorder, go_on = world(SystemClock()), Recorder(), threading.Event()

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        recorder.add(threading.current_thread().name)
        go_on.wait(BOUND)

    def workers() -> list[str]:
        return sorted(each.name for each in threading.enumerate() if re.fullmatch(r"work \d+", each.name))

    before = workers()
    with running(work, queues):
        assert workers() == before
        queues("work").send("one")
        recorder.until(1)
        assert len(workers()) == len(before) + 1
        for text in ("two", "three", "four", "five"):
            queues("work").send(text)
        recorder.until(RULES.workers)
        go_on.set()
        assert len(set(recorder.until(5))) == RULES.workers
        assert len(workers()) == len(before) + RULES.workers


def test_what_becomes_of_messages_is_counted() -> None:
    queues, config = MemoryQueues(SystemClock()), HostConfig(queues=RULES)

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        if message.get_body() == b"bad":
            raise ValueError("no")

    def counted() -> dict[str, float]:
        return {dict(each.labels)["outcome"]: each.value for each in config.counters.samples()}

    with started(Host(app_of(work), queues, config)):
        queues("work").send("good")
        queues("work").send("bad")
        until(lambda: counted() == {"done": 1, "failed": 2, "given up": 1})


def test_the_line_about_a_failure_has_what_was_bound_inside(caplog: pytest.LogCaptureFixture) -> None:
    queues = MemoryQueues(SystemClock())

    def work(message: func.QueueMessage, out: func.Out[str]) -> None:
        with bind(application="argocd/shop", trace="ab" * 16):
            raise ValueError("no")

    def failures() -> list[dict[str, Any]]:
        records = [record for record in caplog.records if record.message == "queue function failed"]
        return [json.loads(JsonFormatter().format(record)) for record in records]

    with running(work, queues):
        queues("work").send("x")
        until(lambda: len(failures()) == RULES.max_dequeue_count)
    for line in failures():
        assert (line["application"], line["trace"], line["queue"]) == ("argocd/shop", "ab" * 16, "work")
        assert (line["function"], len(line["invocation"])) == ("work", 36)
