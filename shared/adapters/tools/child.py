"""One child process that answers length-prefixed questions, bounded in time, memory and output."""

from __future__ import annotations

import os
import resource
import selectors
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_HEAD_BYTES = 4
_CHUNK_BYTES = 1 << 16
_KEPT_STDERR_BYTES = 8192
# what the Go runtime says when it gets no more memory, be it for the heap, for a thread's stack or for its
# collector, which meets a nil pointer then (a nil pointer of Go code is a panic, and says so)
_OUT_OF_MEMORY = (
    *(b"out of memory", b"cannot allocate memory", b"cannot map pages", b"new OS thread"),
    b"SIGSEGV: segmentation violation\nPC=",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one render may take.

    `memory_bytes` bounds the private writable memory (RLIMIT_DATA: Go reserves more than a GiB of addresses
    that it never touches, which RLIMIT_AS would count). At `soft_memory_bytes` Go begins to save.
    """

    seconds: float = 30.0
    memory_bytes: int = 1 << 30
    soft_memory_bytes: int = 400 << 20
    answer_bytes: int = 64 << 20
    open_files: int = 64


class ChildDiedError(Exception):
    """The child ended or was ended before it answered; the text says why, for people."""


class ChildLostError(ChildDiedError):
    """The child was ended by a signal that we did not send: the same question may do better."""


class Child:
    """A started program. Not for use by two threads at once; of no use after ChildDiedError."""

    def __init__(self, program: Path, limits: Limits) -> None:
        """Start the program with an empty environment. Raises OSError when that fails."""
        self._limits = limits
        self._stderr = b""
        environment = {"GOMEMLIMIT": str(limits.soft_memory_bytes), "GOTRACEBACK": "none"}
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(  # noqa: S603  (the configured program, no shell)
            [program], stdin=pipe, stdout=pipe, stderr=pipe, env=environment, cwd="/", bufsize=0
        )
        self._bound()
        self._stdin, self._stdout, self._errors = (
            stream.fileno()
            for stream in (self._process.stdin, self._process.stdout, self._process.stderr)
            if stream is not None
        )
        for descriptor in (self._stdin, self._stdout, self._errors):
            os.set_blocking(descriptor, False)

    def _bound(self) -> None:
        """Set the limits from outside: code between fork and exec is unsafe in a process with threads."""
        for which, value in (
            (resource.RLIMIT_DATA, self._limits.memory_bytes),
            (resource.RLIMIT_NOFILE, self._limits.open_files),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            try:
                resource.prlimit(self._process.pid, which, (value, value))
            except ProcessLookupError:
                return  # it died at once: ask() will say so

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, question: bytes) -> bytes:
        """Return the answer to one question.

        Raises ChildDiedError when the program ended, took too long or answered too much; it is killed then.
        """
        try:
            return self._exchange(memoryview(len(question).to_bytes(_HEAD_BYTES, "big") + question))
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """End the program now and close its pipes. Safe to call twice."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def _exchange(self, unsent: memoryview) -> bytes:
        deadline = time.monotonic() + self._limits.seconds
        answer, wanted = bytearray(), _HEAD_BYTES
        with selectors.DefaultSelector() as selector:
            self._watch(selector)
            while len(answer) < wanted:
                for descriptor in self._ready(selector, deadline):
                    if descriptor == self._stdin:
                        unsent = self._send(unsent, selector)
                    elif descriptor == self._errors:
                        self._keep_stderr(selector)
                    else:
                        answer += self._receive(wanted - len(answer))
                if wanted == _HEAD_BYTES and len(answer) == _HEAD_BYTES:
                    wanted += self._announced(answer)
        return bytes(answer[_HEAD_BYTES:])

    def _watch(self, selector: selectors.BaseSelector) -> None:
        selector.register(self._stdin, selectors.EVENT_WRITE)
        selector.register(self._stdout, selectors.EVENT_READ)
        selector.register(self._errors, selectors.EVENT_READ)

    def _ready(self, selector: selectors.BaseSelector, deadline: float) -> list[int]:
        left = deadline - time.monotonic()
        events = selector.select(max(left, 0))
        ready = [key.fd for key, _ in events]
        if left <= 0 and self._stdout not in ready:
            raise ChildDiedError(f"it was stopped after {self._limits.seconds:g} seconds")
        return ready

    def _send(self, unsent: memoryview, selector: selectors.BaseSelector) -> memoryview:
        try:
            unsent = unsent[os.write(self._stdin, unsent[:_CHUNK_BYTES]) :]
        except BrokenPipeError:
            unsent = unsent[:0]  # it is ending: its output says why
        if not unsent:
            selector.unregister(self._stdin)
        return unsent

    def _keep_stderr(self, selector: selectors.BaseSelector) -> None:
        text = os.read(self._errors, _CHUNK_BYTES)
        if not text:
            selector.unregister(self._errors)
        # the beginning says why a Go program died, the end says where
        self._stderr = (self._stderr + text)[:_KEPT_STDERR_BYTES]

    def _receive(self, missing: int) -> bytes:
        text = os.read(self._stdout, min(missing, _CHUNK_BYTES))
        if not text:
            raise self._epitaph()
        return text

    def _announced(self, head: bytearray) -> int:
        size = int.from_bytes(head, "big")
        if size > self._limits.answer_bytes:
            raise ChildDiedError(f"it made more than {self._limits.answer_bytes >> 20} MiB of output")
        return size

    def _epitaph(self) -> ChildDiedError:
        status = self._process.wait()
        while text := self._last_words():
            self._stderr += text
        if any(sign in self._stderr for sign in _OUT_OF_MEMORY):
            return ChildDiedError(
                f"it was stopped at its memory limit of {self._limits.memory_bytes >> 20} MiB"
            )
        if b"stack exceeds" in self._stderr:
            return ChildDiedError("it was stopped because it calls itself without end")
        if status < 0:
            return ChildLostError(f"the program was ended by signal {-status}")
        return ChildDiedError(f"the program ended with status {status}{self._reason()}")

    def _reason(self) -> str:
        lines = self._stderr.decode(errors="replace").splitlines()
        return "".join(f": {line[:200]}" for line in lines if line.startswith("fatal error:"))

    def _last_words(self) -> bytes:
        try:
            return os.read(self._errors, _CHUNK_BYTES)
        except BlockingIOError:
            return b""
