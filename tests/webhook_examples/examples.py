"""The examples of the package, read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tests.webhook_examples.install import installed_examples

HOSTS = ("api.github.com", "ghes-31", "ghes-32", "ghes-33", "ghes-34", "ghes-35")
Step = str | int


@dataclass(frozen=True, slots=True)
class Example:
    """One body of one event. `host` is `api.github.com` or a version of GitHub Enterprise Server."""

    host: str
    event: str
    number: int
    payload: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.host} {self.event} {self.number}"

    @property
    def body(self) -> bytes:
        return json.dumps(self.payload, separators=(",", ":"), ensure_ascii=False).encode()


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """All of them, by host and event in the order of the package."""
    folder = installed_examples()
    return tuple(
        Example(host, str(event["name"]), number, payload)
        for host in HOSTS
        for event in json.loads((folder / host / "index.json").read_bytes())
        for number, payload in enumerate(event["examples"])
    )


def pushes() -> list[Example]:
    return [example for example in examples() if example.event == "push"]


def fields_of(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """The path of every field at every depth; one path for the entries of a list, by their numbers."""
    entries: Any = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = enumerate(value)
    for step, inner in entries:
        yield (*path, step)
        yield from fields_of(inner, (*path, step))


def without(payload: dict[str, Any], path: tuple[Step, ...]) -> dict[str, Any]:
    """A copy that lacks one field."""
    copy, holder = _copy_with_holder(payload, path)
    del holder[path[-1]]
    return copy


def replaced(payload: dict[str, Any], path: tuple[Step, ...], value: Any) -> dict[str, Any]:
    """A copy in which one field has another value."""
    copy, holder = _copy_with_holder(payload, path)
    holder[path[-1]] = value
    return copy


def _copy_with_holder(payload: dict[str, Any], path: tuple[Step, ...]) -> tuple[dict[str, Any], Any]:
    copy: dict[str, Any] = json.loads(json.dumps(payload))
    holder: Any = copy
    for step in path[:-1]:
        holder = holder[step]
    return copy, holder
