"""Port: the receiving side of a work queue, for who runs the triggers. On Azure the platform does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A claimed message. `receipt` proves the claim; `dequeue_count` is 1 at the first delivery."""

    id: str
    text: str
    dequeue_count: int
    receipt: str


class QueueReceiver(Protocol):
    """Adapters: sqlite, memory, Azure Storage queues. One instance is one queue, shared by threads.

    At least once: a claim that is neither completed nor extended ends by itself, and the message comes
    again. `complete`, `abandon`, `extend` and `poison` return False when the claim was lost that way.
    """

    def receive(self, visibility_seconds: float) -> ReceivedMessage | None:
        """Claim the message that is due the longest, or return None at once when none is due."""
        ...

    def complete(self, message: ReceivedMessage) -> bool: ...

    def abandon(self, message: ReceivedMessage, delay: timedelta = timedelta(0)) -> bool:
        """Give it back; it is due again after `delay`."""
        ...

    def extend(self, message: ReceivedMessage, seconds: float) -> bool:
        """Keep the claim for `seconds` from now."""
        ...

    def poison(self, message: ReceivedMessage, traceback_hint: str = "") -> bool:
        """Move it to the queue `<name>-poison`, with a hint for people."""
        ...

    def wait(self, timeout: float) -> bool:
        """Block until a message is due (True) or `timeout` seconds have passed (False)."""
        ...
