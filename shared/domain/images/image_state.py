"""What is remembered of an image of an application, and whether it may be moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec


@dataclass(frozen=True, slots=True)
class Hold:
    """The image stays at `at` until there is a newer tag than `rejected`, or a person lifts it."""

    rejected: str
    at: str
    reason: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImageState:
    """`tag` is what Git says, `last` what the policy last had there, `newest` what it would choose.

    `commit` and `written_at` are of our last write; `problem` is why nothing can be done, "" while it can.
    `released` is a rejected tag that a person let go again.
    """

    alias: str = ""
    image: str = ""
    strategy: str = ""
    constraint: str = ""
    file: str = ""
    field: str = ""
    tag: str = ""
    last: str = ""
    newest: str = ""
    commit: str = ""
    written_at: datetime | None = None
    checked_at: datetime | None = None
    hold: Hold | None = None
    released: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is seen now. `pick` is the policy's choice, "" for none; `released` tells whether a person let a
    rejected tag go; `is_newer` is the policy's order.
    """

    tag: str
    pick: str
    released: Callable[[str], bool]
    is_newer: Callable[[str, str], bool | None]
    now: datetime


def decide(state: ImageState, seen: Sighting) -> tuple[ImageState, str]:
    """Return the new state, and the tag to write, "" to leave the file alone.

    What a person set by hand is kept: a tag other than the one that the policy had there is a decision
    against that one. It is lifted by a newer tag than both, by a release, or by putting the tag back.
    """
    hold = _hold(state, seen)
    state = replace(state, tag=seen.tag, newest=seen.pick, hold=hold, checked_at=seen.now, problem="")
    if hold is not None:
        return state, ""
    if seen.pick in ("", seen.tag):
        return replace(state, last=seen.tag), ""
    return state, seen.pick


def _hold(state: ImageState, seen: Sighting) -> Hold | None:
    # the rejected tag is in Git: somebody wants it after all
    hold = None if state.hold is not None and state.hold.rejected == seen.tag else state.hold
    if hold is None and state.last not in ("", seen.tag):
        hold = _by_hand(state, seen)
    if hold is None or seen.released(hold.rejected) or state.released == hold.rejected:
        return None
    return None if _surpassed(hold, seen) else replace(hold, at=seen.tag)


def _by_hand(state: ImageState, seen: Sighting) -> Hold | None:
    if seen.pick == seen.tag:
        return None
    newer = seen.is_newer(seen.tag, state.last)
    how = "a newer tag" if newer else "another tag" if newer is None else "an older tag"
    return Hold(state.last, seen.tag, f"{how} than {state.last} was set in Git by hand", seen.now)


def _surpassed(hold: Hold, seen: Sighting) -> bool:
    if not seen.pick or seen.pick == hold.rejected:
        return False
    over_rejected = seen.is_newer(seen.pick, hold.rejected)
    over_current = seen.is_newer(seen.pick, seen.tag)
    # None: no order is known; another choice than the rejected one is then a new one
    return over_rejected is not False and over_current is not False


# made here, once: msgspec crashes when two threads are the first to decode a class
_LEARNT = msgspec.json.Decoder(ImageState)
