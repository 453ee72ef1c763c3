"""The hand of the controllers on their cluster: the same writes as over the wire, without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.cluster.api_error import ApiError
from sandbox.cluster.deletion import Deletions
from sandbox.cluster.event_writer import EventWriter
from sandbox.cluster.lifecycle import Timestamps
from sandbox.cluster.owners import Owners, Ref
from sandbox.cluster.registry import Registry
from sandbox.cluster.request import DeleteOptions, Target, WriteOptions
from sandbox.cluster.store import Store, Stored
from sandbox.cluster.writes import Writes

_Json = dict[str, Any]
CONTROLLERS, KUBELET = "kube-controller-manager", "kubelet"


@dataclass(frozen=True, slots=True)
class Hand:
    """One cluster as its controllers see it. `pod_seconds`: how long a pod takes to its next state."""

    store: Store
    registry: Registry
    writes: Writes
    deletions: Deletions
    owners: Owners
    clock: Timestamps
    events: EventWriter
    pod_seconds: float = 0.05

    def owned(self, resource: str, uid: str) -> list[Stored]:
        """The objects of one resource that name this owner, by name."""
        found = (self.store.get(*ref) for ref in self.owners.of(uid) if ref[0] == resource)
        return [stored for stored in found if stored is not None]

    def create(self, resource: str, body: _Json) -> str:
        """Create and return the name; "" where an object of that name is there already, and left alone."""
        kind = self.registry.stored(resource)
        if kind is None:
            return ""
        target = Target(kind, body["metadata"].get("namespace", ""))
        try:
            made = self.writes.create(target, body, WriteOptions(CONTROLLERS))
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
            return ""
        return str(made.body["metadata"]["name"])

    def edit(self, ref: Ref, change: Callable[[_Json], None], *, subresource: str = "") -> None:
        """Change the object in place by `change`; nothing happens if it is gone."""
        self._change(ref, subresource, change, CONTROLLERS)

    def set_status(self, ref: Ref, status: _Json, *, manager: str = CONTROLLERS) -> None:
        """Replace the status."""
        self._change(ref, "status", lambda body: body.update(status=status), manager)

    def delete(self, ref: Ref, *, propagation: str = "Background", grace: int | None = None) -> None:
        """Delete; nothing happens if it is gone."""
        kind = self.registry.stored(ref[0])
        if kind is None:
            return
        options = DeleteOptions(propagation=propagation, grace_seconds=grace)
        try:
            self.deletions.delete(Target(kind, *ref[1]), options)
        except ApiError as error:
            if error.code != 404:
                raise

    def _change(self, ref: Ref, subresource: str, change: Callable[[_Json], None], manager: str) -> None:
        kind = self.registry.stored(ref[0])
        if kind is None:
            return

        def changed(body: _Json) -> _Json:
            # controllers write whole objects; who owned which field is the merge program's business
            body["metadata"].pop("resourceVersion", None)
            change(body)
            return body

        try:
            self.writes.change(Target(kind, *ref[1], subresource), changed, WriteOptions(manager))
        except ApiError as error:
            if error.code != 404:
                raise


def controller_reference(owner: Stored) -> _Json:
    """The ownerReference of what a controller makes for its object."""
    return {
        "apiVersion": owner.body["apiVersion"],
        "kind": owner.body["kind"],
        "name": owner.key[1],
        "uid": owner.body["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def deleting(stored: Stored) -> bool:
    return bool(stored.body["metadata"].get("deletionTimestamp"))


def ready(pod: Stored) -> bool:
    """Condition Ready is True, and the pod stays."""
    conditions = (pod.body.get("status") or {}).get("conditions") or ()
    return not deleting(pod) and any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def refs_to_owners(stored: Stored, kind: str, resource: str) -> list[Ref]:
    """References of the controllers of an object that are of one kind."""
    found = stored.body["metadata"].get("ownerReferences") or ()
    return [
        (resource, (stored.key[0], str(reference["name"])))
        for reference in found
        if reference.get("controller") and reference.get("kind") == kind
    ]
