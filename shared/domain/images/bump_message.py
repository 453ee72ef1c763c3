"""The message of a commit that moves images, and what can be read back from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.domain.events.trace_trailer import TRACE_TRAILER

_IMAGE = re.compile(r"^Tidegate-Image: (\S+) (\S*) -> (\S+)$", re.MULTILINE)
_NAMED = 2


@dataclass(frozen=True, slots=True)
class Bump:
    """One field that gets another tag. `applications` are those that read it."""

    image: str
    before: str
    after: str
    file: str
    applications: tuple[str, ...]


def bump_message(bumps: Sequence[Bump], traces: Iterable[str] = ()) -> str:
    """A headline, the images before → after with their files, and trailers for machines.

    `traces` are ids of 32 hex digits: the events that led to this commit.
    """
    lines = [
        f"- {bump.image}: {bump.before or 'nothing'} → {bump.after} in {bump.file} "
        f"({', '.join(bump.applications)})"
        for bump in bumps
    ]
    trailers = [f"Tidegate-Image: {bump.image} {bump.before} -> {bump.after}" for bump in bumps]
    trailers += [f"{TRACE_TRAILER}: {trace}" for trace in sorted(set(traces)) if trace]
    return "\n".join([_headline(bumps), "", *lines, "", *trailers, ""])


def moved_in(message: str) -> tuple[tuple[str, str, str], ...]:
    """(image, before, after) of each image that a commit of ours moved; empty for a commit of others."""
    return tuple(_IMAGE.findall(message))


def _headline(bumps: Sequence[Bump]) -> str:
    names = [f"{bump.image.rpartition('/')[2]} to {bump.after[:40]}" for bump in bumps]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"Update {', '.join(names[:_NAMED])}{more}"
