"""A message that a queue gave up, and why its function failed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Self

import msgspec

from shared.errors import TidegateError

_MESSAGE = 500
_OURS = ("shared.", "functions.")


@dataclass(frozen=True, slots=True)
class FailureReason:
    """`error` is the class, `where` the module and line of ours that it came from last.

    `message` is that of our own errors, which never holds a secret; what another says may, and stays in the
    log: `trace` and `invocation` find it there.
    """

    error: str = ""
    message: str = ""
    where: str = ""
    function: str = ""
    invocation: str = ""
    trace: str = ""
    at: datetime | None = None

    @classmethod
    def of(cls, error: BaseException, fields: Mapping[str, str], now: datetime) -> Self:
        """`fields` are those that were bound where it was raised."""
        return cls(
            error=type(error).__name__,
            message=str(error)[:_MESSAGE] if isinstance(error, TidegateError) else "",
            where=_where(error.__traceback__),
            function=fields.get("function", ""),
            invocation=fields.get("invocation", ""),
            trace=fields.get("trace", ""),
            at=now,
        )


@dataclass(frozen=True, slots=True)
class PoisonMessage:
    """One text of one queue. Whoever wakes its subject again sends the same text: then `count` grows."""

    id: str
    queue: str
    text: str
    first_at: datetime
    last_at: datetime
    count: int = 1
    reason: FailureReason | None = None

    def again(self, now: datetime, reason: FailureReason | None) -> Self:
        return replace(self, last_at=now, count=self.count + 1, reason=reason or self.reason)


def id_of(queue: str, text: str) -> str:
    """32 hex digits, the same for the same text of the same queue."""
    return hashlib.blake2b(f"{queue}\0{text}".encode(), digest_size=16).hexdigest()


def _where(trace: TracebackType | None) -> str:
    found = ""
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.startswith(_OURS):
            found = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


# msgspec learns a dataclass when it first meets it, and two threads must not be first at once
_LEARNT = tuple(msgspec.json.Decoder(each) for each in (PoisonMessage, FailureReason))
