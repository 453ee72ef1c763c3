"""The Go program that merges typed objects and keeps managedFields: a few warm children, shared by clusters.

Protocol: 4-byte big-endian length + JSON, both ways; one request at a time for each child.
"""

from __future__ import annotations

import queue
import struct
import subprocess
import threading
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from sandbox.cluster.api_error import ApiError
from sandbox.cluster.kinds import Kind

PROGRAM = Path(__file__).parents[2] / "build" / "bin" / "sandboxmerge"
_LENGTH = struct.Struct(">I")


class MergeChild:
    """One running program. Use from one thread at a time."""

    def __init__(self, program: Path) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                [str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            )
        except OSError as error:
            raise ApiError(
                500,
                "InternalError",
                f"sandboxmerge cannot be started from {program}: {error}. Run `make kubetools`",
            ) from error

    def ask(self, request: bytes) -> bytes:
        """Send one request and return the answer. Raises EOFError or OSError when the child is gone."""
        into, out = self._process.stdin, self._process.stdout
        assert into is not None  # noqa: S101 - Popen was given pipes
        assert out is not None  # noqa: S101
        into.write(_LENGTH.pack(len(request)) + request)
        (length,) = _LENGTH.unpack(_exactly(out, _LENGTH.size))
        return _exactly(out, length)

    def close(self) -> None:
        """End the child."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
        self._process.wait()


class MergePool:
    """Up to `size` children, started when they are needed, replaced when they die."""

    def __init__(self, program: Path = PROGRAM, size: int = 2) -> None:
        self._program = program
        self._free: queue.LifoQueue[MergeChild | None] = queue.LifoQueue()
        for _ in range(size):
            self._free.put(None)
        self._size = size

    def ask(self, request: bytes) -> bytes:
        """Send one request; once more to a new child if the first one dies."""
        child = self._free.get()
        try:
            for last in (False, True):
                child = child or MergeChild(self._program)
                try:
                    return child.ask(request)
                except (EOFError, OSError) as error:
                    child.close()
                    child = None
                    if last:
                        raise ApiError(500, "InternalError", f"sandboxmerge died: {error}") from error
            raise AssertionError  # pragma: no cover
        finally:
            self._free.put(child)

    def close(self) -> None:
        """End all children; the pool may be used again afterwards."""
        children = [self._free.get() for _ in range(self._size)]
        for child in children:
            if child:
                child.close()
            self._free.put(None)


class SharedPools:
    """One pool for each program path, ended when the last cluster that uses it closes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pools: dict[Path, tuple[MergePool, int]] = {}

    def take(self, program: Path) -> MergePool:
        with self._lock:
            pool, users = self._pools.get(program) or (MergePool(program), 0)
            self._pools[program] = (pool, users + 1)
            return pool

    def give_back(self, program: Path) -> None:
        with self._lock:
            pool, users = self._pools[program]
            if users > 1:
                self._pools[program] = (pool, users - 1)
                return
            del self._pools[program]
        pool.close()


POOLS = SharedPools()


class FieldMerge:
    """Typed merges for one cluster."""

    def __init__(self, pool: MergePool) -> None:
        self._pool = pool

    def __call__(self, verb: str, kind: Kind, **fields: Any) -> dict[str, Any]:
        """Ask for `apply`, `update` or `strategic`; returns the object. Raises ApiError as the server would.

        `fields`: live, patch, manager, force, time, subresource.
        """
        if not kind.model:
            fields.update(schema=kind.schema, statusApart=kind.status)
        return self._ask(verb, kind, fields)

    def describe(self, kind: Kind) -> dict[str, Any]:
        """What Go knows of a built-in kind: by struct `package`, `description`, markers of its `fields`."""
        described: dict[str, Any] = self._ask("describe", kind, {})["structs"]
        return described

    def swagger(self, document: bytes) -> bytes:
        """Encode an OpenAPI document of version 2 for clients that read protobuf."""
        answer = self._answer({"verb": "swagger", "body": b64encode(document).decode()})
        return b64decode(answer["protobuf"])

    def unprotobuf(self, body: bytes) -> dict[str, Any]:
        """Decode an object that a typed client sent. Raises ApiError 400."""
        return self._answer({"verb": "protobuf", "body": b64encode(body).decode()})

    def _ask(self, verb: str, kind: Kind, fields: Mapping[str, Any]) -> dict[str, Any]:
        gvk = {"group": kind.group, "version": kind.version, "kind": kind.kind}
        return self._answer({"verb": verb, "gvk": gvk, **fields})

    def _answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        answer = orjson.loads(self._pool.ask(orjson.dumps(request)))
        if error := answer.get("error"):
            raise _refusal(error)
        merged: dict[str, Any] = answer["object"]
        return merged


def _refusal(error: Mapping[str, Any]) -> ApiError:
    causes = error.get("causes") or []
    details = {"causes": causes} if causes else None
    # the real server gives this refusal no reason at all
    untyped = "failed to create typed patch object" in error["message"]
    return ApiError(error["code"], "" if untyped else error.get("reason", ""), error["message"], details)


def _exactly(pipe: Any, size: int) -> bytes:
    parts = []
    while size:
        part = pipe.read(size)
        if not part:
            raise EOFError("the pipe was closed")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
