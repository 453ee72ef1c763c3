"""The queues as the host sees them: sends and completions are recorded, and one message runs at a time."""

from __future__ import annotations

from datetime import timedelta
from threading import Condition

from host.queue_listener import HostQueue
from shared.ports.queue_receiver import ReceivedMessage
from tests.scenarios.kill.recorder import Recorder
from tests.scenarios.kill.recording_ports import RecordingSends, subject_of
from tests.scenarios.kill.waiting import Waiting


class Turnstile:
    """Lets one message through at a time, so that effects come in the same order in every run.

    `many` lets all of them through, the host as it is, until somebody enters `alone`.
    """

    def __init__(self, *, many: bool) -> None:
        self._many, self._running, self._alone = many, 0, False
        self._changed = Condition()

    def wait(self, timeout: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not (self._running and self._alone), timeout)

    def enter(self, *, alone: bool = False) -> bool:
        with self._changed:
            if self._running and (alone or self._alone):
                return False
            self._running += 1
            self._alone = alone or not self._many
            return True

    def leave(self) -> None:
        with self._changed:
            self._running -= 1
            self._alone = False
            self._changed.notify_all()


class RecordingQueue:
    """Both sides of one queue. Claiming a message is no effect: an unfinished claim ends by itself."""

    def __init__(
        self, inner: HostQueue, name: str, recorder: Recorder, waiting: Waiting, turnstile: Turnstile
    ) -> None:
        self._inner, self._name = inner, name
        self._recorder, self._waiting, self._turnstile = recorder, waiting, turnstile
        self._sends = RecordingSends(inner, name, recorder, waiting)

    def send(self, text: str, delay: timedelta = timedelta(0)) -> None:
        self._sends.send(text, delay)

    def wait(self, timeout: float) -> bool:
        return self._turnstile.wait(timeout) and self._inner.wait(timeout)

    def receive(self, visibility_seconds: float) -> ReceivedMessage | None:
        if not self._turnstile.enter():
            return None
        message = self._inner.receive(visibility_seconds)
        if message is None:
            self._turnstile.leave()
        return message

    def extend(self, message: ReceivedMessage, seconds: float) -> bool:
        return self._inner.extend(message, seconds)

    def complete(self, message: ReceivedMessage) -> bool:
        with self._recorder.effect("queue complete", f"{self._name} {subject_of(message.text)}"):
            done = self._inner.complete(message)
            self._waiting.settled(self._name, message.text)
        self._turnstile.leave()
        return done

    def abandon(self, message: ReceivedMessage, delay: timedelta = timedelta(0)) -> bool:
        with self._recorder.effect("queue abandon", f"{self._name} {subject_of(message.text)}"):
            done = self._inner.abandon(message, delay)
            self._waiting.settled(self._name, message.text)
            self._waiting.sent(self._name, message.text, delay)
        self._turnstile.leave()
        return done

    def poison(self, message: ReceivedMessage, traceback_hint: str = "") -> bool:
        with self._recorder.effect("queue poison", f"{self._name} {subject_of(message.text)}"):
            done = self._inner.poison(message, traceback_hint)
            self._waiting.settled(self._name, message.text)
        self._turnstile.leave()
        return done
