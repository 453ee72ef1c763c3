"""Where a run keeps its state: SQLite in its folder, or an account of Azurite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Protocol

from tests.azurite.azurite import Azurite

STATES = ("sqlite", "azurite")
_ACCOUNTS = 500  # of each Azurite; a story takes two for each of its effects, on all of them together


@dataclass(frozen=True, slots=True)
class RunState:
    """`settings` are what Tidegate is told of it; SQLite lies in Tidegate's home and needs none.

    `clock_port` is that of its time, 0 where it has none of its own.
    """

    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    clock_port: int = 0

    @property
    def is_elsewhere(self) -> bool:
        """Whether it outlives the machine, and what a dead process held there with it."""
        return bool(self.settings)


class RunStates(Protocol):
    """Gives each run an empty state. Safe to ask from several threads."""

    def empty(self) -> AbstractContextManager[RunState]: ...


class SqliteStates:
    """The folder of a run is empty anyway."""

    @contextmanager
    def empty(self) -> Iterator[RunState]:
        yield RunState()


class AzuriteStates:
    """Time is moved for a whole Azurite, so a run has one to itself; who finds none free waits."""

    def __init__(self, running: list[Azurite]) -> None:
        self._free: SimpleQueue[Azurite] = SimpleQueue()
        for azurite in running:
            self._free.put(azurite)

    @contextmanager
    def empty(self) -> Iterator[RunState]:
        azurite = self._free.get()
        try:
            storage = {"TIDEGATE_STATE": "azurite", "AzureWebJobsStorage": azurite.empty_account()}
            yield RunState(storage, azurite.time.port)
        finally:
            self._free.put(azurite)


def states(kind: str, stack: ExitStack, at_once: int) -> RunStates:
    """`kind` as in TIDEGATE_STATE; the Azurites end with the stack."""
    if kind == "sqlite":
        return SqliteStates()
    return AzuriteStates([stack.enter_context(Azurite(accounts=_ACCOUNTS)) for _ in range(at_once)])
