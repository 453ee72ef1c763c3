"""What a verb sets going, step by step, as far as it has come."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shared.errors import TidegateError


@dataclass(frozen=True, slots=True)
class Step:
    """`look` returns what was reached in words, "" while it is not."""

    name: str
    look: Callable[[], str]


class Effect:
    """Looks at its steps, one after the other, when it is asked: nothing runs in between.

    `now` says in words where things stand. Not safe to share between threads.
    """

    def __init__(self, steps: Sequence[Step], now: Callable[[], str]) -> None:
        self._left, self._now = list(steps), now
        self._started = time.monotonic()
        self._reached: list[dict[str, Any]] = []

    def view(self) -> dict[str, Any]:
        """`steps` that were reached, with the seconds since the verb; `live` once all were."""
        problem = self._look()
        view: dict[str, Any] = {"live": not self._left, "steps": list(self._reached)}
        if self._left:
            view |= {"waitingFor": self._left[0].name, "now": problem or self._stand()}
        return view

    def _look(self) -> str:
        """Go on as far as things are; return what kept us from looking, "" for nothing."""
        try:
            while self._left and (text := self._left[0].look()):
                seconds = round(time.monotonic() - self._started, 3)
                self._reached.append({"name": self._left[0].name, "text": text, "seconds": seconds})
                del self._left[0]
        except (OSError, LookupError, TidegateError) as error:  # Tidegate or the cluster is away for a moment
            return str(error)
        return ""

    def _stand(self) -> str:
        try:
            return self._now()
        except (OSError, LookupError, TidegateError) as error:
            return str(error)
