"""The Go program that merges typed objects and keeps managedFields: a few warm children, shared by clusters.

Protocol: 4-byte big-endian length + JSON, both ways; one request at a time for each child.
"""

from __future__ import annotations

import queue
import struct
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from sandbox.cluster.api_error import ApiError
from sandbox.cluster.custom_lists import as_lists, as_maps, readable, with_metadata
from sandbox.cluster.custom_schema import shaped
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
        if kind.schema is None:
            return self._ask(verb, kind, fields)
        schema, live, patch = with_metadata(kind.schema), fields["live"], fields["patch"]
        if verb == "apply":
            _demand_known(kind, patch)
        encoded = {"live": live and as_maps(schema, live), "patch": as_maps(schema, patch)}
        try:
            merged = self._ask(verb, kind, {**fields, **encoded})
        except ApiError as error:
            raise ApiError(error.code, error.reason, readable(error.message), _readable(error)) from error
        return as_lists(schema, merged, live or {}, patch)

    def _ask(self, verb: str, kind: Kind, fields: Mapping[str, Any]) -> dict[str, Any]:
        gvk = {"group": kind.group, "version": kind.version, "kind": kind.kind}
        answer = orjson.loads(self._pool.ask(orjson.dumps({"verb": verb, "gvk": gvk, **fields})))
        if error := answer.get("error"):
            causes = error.get("causes") or []
            details = {"causes": causes} if causes else None
            reason = error.get("reason", "")
            # the real server gives this refusal no reason at all
            reason = "" if "failed to create typed patch object" in error["message"] else reason
            raise ApiError(error["code"], reason, error["message"], details)
        merged: dict[str, Any] = answer["object"]
        return merged


def _demand_known(kind: Kind, patch: dict[str, Any]) -> None:
    """An applied custom resource says no field that its schema does not have."""
    dropped = shaped(kind.schema or {}, patch)[1]
    if dropped:
        metadata = patch.get("metadata") or {}
        name = f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"
        subject = f"{name}; {kind.api_version}, Kind={kind.kind}"
        problem = f".{dropped[0]}: field not declared in schema"
        raise ApiError(500, "", f"failed to create typed patch object ({subject}): {problem}")


def _readable(error: ApiError) -> dict[str, Any] | None:
    causes = (error.details or {}).get("causes") or []
    return {"causes": [{**cause, "field": readable(cause["field"])} for cause in causes]} if causes else None


def _exactly(pipe: Any, size: int) -> bytes:
    parts = []
    while size:
        part = pipe.read(size)
        if not part:
            raise EOFError("the pipe was closed")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
