"""Creating and changing objects: decode, default, validate, merge fields, count generations, store.

Source: order of steps of k8s.io/apiserver/pkg/endpoints/handlers and registry/generic/registry/store.go.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from sandbox.cluster import api_error
from sandbox.cluster.admission import Admission
from sandbox.cluster.decoding import decode
from sandbox.cluster.defaults import complete, empty
from sandbox.cluster.kinds import Kind
from sandbox.cluster.lifecycle import Timestamps, carry_over, finished, next_generation, same, started
from sandbox.cluster.merge_program import FieldMerge
from sandbox.cluster.registry import Registry
from sandbox.cluster.request import Target, WriteOptions
from sandbox.cluster.store import StaleError, Store, Stored
from sandbox.cluster.validation import check

_Json = dict[str, Any]
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_RETRIES = 50


@dataclass(frozen=True, slots=True)
class Written:
    """The object that the client gets. `changed`: the store holds something new."""

    body: _Json
    created: bool = False
    changed: bool = False


class Writes:
    """Writes of one cluster, for the wire and for the controllers alike. Safe to share between threads."""

    def __init__(self, store: Store, registry: Registry, merge: FieldMerge, clock: Timestamps) -> None:
        self._store, self._registry, self._merge, self._clock = store, registry, merge, clock
        self._admission = Admission(lambda: store.select("services"), clock)

    def create(self, target: Target, body: _Json, options: WriteOptions) -> Written:
        """POST. Raises ApiError 400, 403, 404, 409, 422."""
        kind = target.kind
        self._demand_kind(kind, body)
        body = decode(kind, body, strict=options.strict, dropped=options.dropped)
        name = named(body, target.namespace)
        self._demand_namespace(target, name)
        if found := self._store.get(kind.resource, (target.namespace, name)):
            leaving = bool(found.body["metadata"].get("deletionTimestamp"))
            raise api_error.already_exists(kind.named(name), leaving=leaving)
        self._fresh(kind, body)
        complete(kind, body)
        self._admission.convert(kind, body, None)
        managed = {"manager": options.manager, "time": self._clock.text(), "subresource": "", "force": False}
        status = body.pop("status", None) if kind.status else None
        body = self._merge("update", kind, live=empty(kind), patch=body, **managed)
        if status is not None:
            body["status"] = status
        self._finish(kind, body, None)
        return self._store_new(replace(target, name=name), body, options)

    def update(self, target: Target, body: _Json, options: WriteOptions) -> Written:
        """PUT: a whole object; with its resourceVersion it must be the newest. Raises ApiError."""
        self._demand_kind(target.kind, body)
        named(body, target.namespace, target.name)
        body = decode(target.kind, body, strict=options.strict, dropped=options.dropped)
        return self.change(target, lambda _: body, options)

    def change(
        self, target: Target, edit: Callable[[_Json], _Json], options: WriteOptions, *, patched: bool = False
    ) -> Written:
        """Read, edit, write; again when another writer was first, unless the edit names a resourceVersion.

        `patched`: what cannot be decoded is the patch's fault, and a 422 instead of a 400.
        """
        for _ in range(_RETRIES):
            live = self.live(target)
            edited = edit(live.copy())
            body = (
                _patched(target.kind, edited, options)
                if patched
                else decode(target.kind, edited, strict=options.strict, dropped=options.dropped)
            )
            self._demand_version(target, body, live)
            try:
                return self._write(target, live, body, options)
            except StaleError:
                continue
        raise api_error.conflict(target.kind.named(target.name))

    def apply(self, target: Target, patch: _Json, options: WriteOptions) -> Written:
        """Server-side apply. Raises ApiError; 409 lists the conflicts."""
        if (patch.get("metadata") or {}).get("managedFields"):
            raise api_error.bad_request("metadata.managedFields must be nil")
        patch = {**patch, "metadata": dict(patch.get("metadata") or {})}
        named(patch, target.namespace, target.name, patch=True)
        for _ in range(_RETRIES):
            try:
                return self._apply(target, patch, options)
            except StaleError:
                continue
        raise api_error.conflict(target.kind.named(target.name))

    def live(self, target: Target) -> Stored:
        """The stored object; raises 404."""
        stored = self._store.get(target.kind.resource, target.key)
        if stored is None:
            raise api_error.not_found(target.kind.named(target.name))
        return stored

    def strategic(self, kind: Kind, live: _Json, patch: _Json) -> _Json:
        """Merge a strategic patch; custom resources have none (415)."""
        if not kind.model:
            raise api_error.unsupported_media_type()
        fields = {"manager": "", "time": self._clock.text(), "subresource": "", "force": False}
        return self._merge("strategic", kind, live=live, patch=patch, **fields)

    def _apply(self, target: Target, patch: _Json, options: WriteOptions) -> Written:
        kind, stored = target.kind, self._store.get(target.kind.resource, target.key)
        if stored is None:
            self._demand_creatable(target)
        live = None if stored is None else {**stored.body, "apiVersion": kind.api_version}
        fields = {"manager": options.manager, "force": options.force, "subresource": target.subresource}
        merged = self._merge("apply", kind, live=live, patch=patch, time=self._clock.text(), **fields)
        body = decode(kind, merged, strict=False)
        if stored is None:
            self._fresh(kind, body)
            self._finish(kind, body, None)
            if options.dry_run:
                return Written(body, created=True)
            created = self._store.create(kind.resource, target.key, body)
            return Written(created.body, created=True, changed=True)
        self._demand_version(target, patch, stored)
        carry_over(target, body, stored.body)
        self._finish(kind, body, stored.body)
        return self._store_next(target, stored, body, options)

    def _write(self, target: Target, live: Stored, body: _Json, options: WriteOptions) -> Written:
        carry_over(target, body, live.body)
        self._finish(target.kind, body, live.body)
        if same(body, live.body):
            return Written(live.body)
        fields = {"manager": options.manager, "force": False, "subresource": target.subresource}
        current = {**live.body, "apiVersion": target.kind.api_version}
        body = self._merge("update", target.kind, live=current, patch=body, time=self._clock.text(), **fields)
        return self._store_next(target, live, body, options)

    def _finish(self, kind: Kind, body: _Json, live: _Json | None) -> None:
        """Defaults, additions and validation, in the server's order."""
        complete(kind, body)
        self._admission.convert(kind, body, live)
        self._admission.allocate(kind, body, live)
        check(kind, body, live)

    def _fresh(self, kind: Kind, body: _Json) -> None:
        """Make the metadata of a new object."""
        started(kind, body, uid=str(uuid.uuid4()), now=self._clock.text())

    def _store_new(self, target: Target, body: _Json, options: WriteOptions) -> Written:
        if options.dry_run:
            return Written(body, created=True)
        try:
            stored = self._store.create(target.kind.resource, target.key, body)
        except StaleError as error:
            raise api_error.already_exists(target.kind.named(target.name)) from error
        return Written(stored.body, created=True, changed=True)

    def _store_next(self, target: Target, live: Stored, body: _Json, options: WriteOptions) -> Written:
        if target.subresource != "status":
            next_generation(target.kind, body, live.body)
        if same(body, live.body):
            return Written(live.body)
        if options.dry_run:
            return Written(body)
        if finished(body):
            self._store.remove(live)
            return Written(body, changed=True)
        return Written(self._store.replace(live, body).body, changed=True)

    def _demand_kind(self, kind: Kind, body: _Json) -> None:
        if not body.get("kind"):
            body["kind"], body["apiVersion"] = kind.kind, body.get("apiVersion") or kind.api_version
        if body["kind"] != kind.kind:
            raise api_error.bad_request(
                f'{body["kind"]} in version "{kind.version}" cannot be handled as a {kind.kind}: '
                f"converting (v1.{body['kind']}) to (core.{kind.kind}): unknown conversion"
            )
        if body.get("apiVersion") != kind.api_version:
            raise api_error.bad_request(
                f"the API version in the data ({body.get('apiVersion')}) does not match the expected "
                f"API version ({kind.api_version})"
            )

    def _demand_creatable(self, target: Target) -> None:
        if target.subresource:
            raise api_error.not_found(target.kind.named(target.name))
        self._demand_namespace(target, target.name)

    def _demand_namespace(self, target: Target, name: str) -> None:
        if not target.kind.namespaced:
            return
        found = self._store.get("namespaces", ("", target.namespace))
        if found is None:
            raise api_error.not_found(api_error.Named("", "namespaces", target.namespace))
        if found.body["metadata"].get("deletionTimestamp"):
            problem = (
                f"unable to create new content in namespace {target.namespace} because it is being terminated"
            )
            message = f"namespace {target.namespace} is being terminated"
            cause = {"reason": "NamespaceTerminating", "message": message, "field": "metadata.namespace"}
            raise api_error.forbidden(target.kind.named(name), problem, [cause])

    def _demand_version(self, target: Target, body: _Json, live: Stored) -> None:
        metadata = body.get("metadata") or {}
        if metadata.get("resourceVersion") not in (None, "", "0", live.body["metadata"]["resourceVersion"]):
            raise api_error.conflict(target.kind.named(target.name))
        if metadata.get("uid") not in (None, "", live.body["metadata"]["uid"]):
            problem = (
                f"Precondition failed: UID in precondition: {metadata['uid']}, "
                f"UID in object meta: {live.body['metadata']['uid']}"
            )
            raise api_error.conflict(target.kind.named(target.name), problem)


def _patched(kind: Kind, body: _Json, options: WriteOptions) -> _Json:
    try:
        return decode(kind, body, strict=options.strict, dropped=options.dropped)
    except api_error.ApiError as error:
        problem = error.message.partition(": ")[2]
        text = orjson.dumps(body).decode()
        cause = api_error.FieldError.invalid("patch", text, problem)
        raise api_error.invalid(api_error.Named("", "", ""), [cause]) from error


def named(body: _Json, namespace: str, name: str = "", *, patch: bool = False) -> str:
    """Settle name and namespace of a body that was sent to a URL, and return the name. Raises 400."""
    metadata = body.get("metadata")
    metadata = body["metadata"] = dict(metadata) if isinstance(metadata, dict) else {}
    if (metadata.get("namespace") or namespace) != namespace:
        raise api_error.bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    if namespace:
        metadata["namespace"] = namespace
    if name and (metadata.get("name") or (name if patch else "")) != name:
        raise api_error.bad_request(
            f"the name of the object ({metadata.get('name', '')}) does not match the name on the URL ({name})"
        )
    if not metadata.get("name") and metadata.get("generateName"):
        metadata["name"] = metadata["generateName"] + generated_suffix()
    if name:
        metadata["name"] = name
    return str(metadata.get("name") or "")


def generated_suffix() -> str:
    """Five characters, as generateName appends them."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(5))
