"""A few children kept warm, each asked by one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.adapters.tools.child import Child, ChildLostError, Limits
from shared.adapters.tools.program import Program
from shared.errors import UnavailableError


class ChildPool:
    """At most `size` children, started when they are needed and replaced when they have died."""

    def __init__(self, program: Path, limits: Limits, size: int) -> None:
        self._program, self._limits = Program(program), limits
        self._idle: list[Child] = []
        self._slots = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._closed = False

    def ask(self, question: bytes) -> bytes:
        """Return a child's answer.

        Raises ChildDiedError as Child.ask does, and UnavailableError when no child can be started.
        """
        with self._slots:
            try:
                with self._child(self._warm) as child:
                    return child.ask(question)
            except ChildLostError:
                # killed from outside, maybe while it was idle: that is not the question's fault
                with self._child(self._start) as fresh:
                    return fresh.ask(question)

    def close(self) -> None:
        """End the idle children now, and those at work when they have answered."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for child in idle:
            child.kill()
        self._program.close()

    @contextmanager
    def _child(self, take: Callable[[], Child]) -> Iterator[Child]:
        child = take()
        try:
            yield child
        finally:
            self._give_back(child)

    def _warm(self) -> Child:
        """Return the child used last, which is the warmest; a new one when there is none."""
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.alive:
                    return child
                child.kill()
        return self._start()

    def _start(self) -> Child:
        if self._closed:
            raise UnavailableError("kubetools: the manifest tool is closed")
        file = self._program.file
        if not file.exists():
            raise UnavailableError(f"kubetools: {file} is missing. Run `make kubetools`")
        try:
            return Child(self._program.path(), self._limits)
        except OSError as error:
            self._program.close()
            raise UnavailableError(f"kubetools: {file} cannot be started: {error}") from error

    def _give_back(self, child: Child) -> None:
        with self._lock:
            if not self._closed and child.alive:
                self._idle.append(child)
                return
        child.kill()
