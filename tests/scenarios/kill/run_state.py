"""Where a run keeps its state, and the time there: SQLite in its folder, or an account of Azurite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import SimpleQueue
from typing import Protocol

from tests.azurite.azurite import Azurite
from tests.azurite.storage_time import StorageTime

STATES = ("sqlite", "azurite")
_ACCOUNTS = 500  # of each Azurite; a story takes two for each of its effects, on all of them together


class Time(Protocol):
    """The time of the storage; leases and claims end by it."""

    def freeze(self, now: datetime) -> None: ...

    def run(self, ahead: timedelta = timedelta(0)) -> None: ...


class _OfTheProcess:
    """SQLite has no time of its own: claims and leases end by the clock of who looks."""

    def freeze(self, now: datetime) -> None: ...

    def run(self, ahead: timedelta = timedelta(0)) -> None: ...


@dataclass(frozen=True, slots=True)
class RunState:
    """`settings` are what Tidegate is told of it, none for SQLite, which is in Tidegate's home.

    By `clock_port` any process reaches its time (0: it has none).
    """

    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    clock_port: int = 0


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


def time_of(clock_port: int) -> Time:
    return StorageTime(clock_port) if clock_port else _OfTheProcess()
