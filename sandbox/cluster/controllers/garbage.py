"""The garbage collector: dependents follow their owners, in the background, before them, or not at all.

Source: pkg/controller/garbagecollector of Kubernetes 1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.cluster.deletion import FOREGROUND, ORPHAN
from sandbox.cluster.hand import Hand, deleting
from sandbox.cluster.owners import Ref, references
from sandbox.cluster.store import Change, Event, Stored

_Json = dict[str, Any]


class Garbage:
    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def concerns(self, event: Event) -> Iterable[Ref]:
        """The object, its dependents when it is gone, its owners when they wait for it."""
        ref = (event.object.resource, event.object.key)
        if event.change is Change.DELETED:
            yield from self._hand.owners.of(event.object.body["metadata"]["uid"])
        elif references(event.object) or deleting(event.object):
            yield ref
        yield from self._waiting_owners(event.object)

    def reconcile(self, ref: Ref) -> float | None:
        found = self._hand.store.get(*ref)
        if found is None:
            return None
        finalizers = found.body["metadata"].get("finalizers") or ()
        if deleting(found) and FOREGROUND in finalizers:
            self._foreground(ref, found)
        elif deleting(found) and ORPHAN in finalizers:
            self._orphan(ref, found)
        elif not deleting(found):
            self._absent_owners(ref, found)
        return None

    def _foreground(self, ref: Ref, found: Stored) -> None:
        """Delete the dependents; let go when none of them blocks any more."""
        uid, blocked = found.body["metadata"]["uid"], False
        for dependent, stored in self._dependents(uid):
            blocked |= any(r["uid"] == uid and r.get("blockOwnerDeletion") for r in references(stored))
            if not deleting(stored) and not self._other_owner(stored, uid):
                more = bool(self._hand.owners.of(stored.body["metadata"]["uid"]))
                self._hand.delete(dependent, propagation="Foreground" if more else "Background")
        if not blocked or not any(self._blocks(stored, uid) for _, stored in self._dependents(uid)):
            self._hand.edit(ref, _Without(FOREGROUND))

    def _orphan(self, ref: Ref, found: Stored) -> None:
        uid = found.body["metadata"]["uid"]
        for dependent, _ in self._dependents(uid):
            self._hand.edit(dependent, _Disowned({uid}))
        self._hand.edit(ref, _Without(ORPHAN))

    def _absent_owners(self, ref: Ref, found: Stored) -> None:
        """Delete what has no owner left; forget absent owners while another one stays."""
        absent = {str(r["uid"]) for r in references(found) if not self._hand.owners.exists(str(r["uid"]))}
        if not absent:
            return
        if len(absent) == len({r["uid"] for r in references(found)}):
            self._hand.delete(ref, propagation="")
        else:
            self._hand.edit(ref, _Disowned(absent))

    def _dependents(self, uid: str) -> list[tuple[Ref, Stored]]:
        found = [(ref, self._hand.store.get(*ref)) for ref in self._hand.owners.of(uid)]
        return [(ref, stored) for ref, stored in found if stored is not None]

    def _other_owner(self, stored: Stored, uid: str) -> bool:
        others = (str(r["uid"]) for r in references(stored) if r["uid"] != uid)
        return any(self._hand.owners.exists(other) for other in others)

    def _blocks(self, stored: Stored, uid: str) -> bool:
        return any(r["uid"] == uid and r.get("blockOwnerDeletion") for r in references(stored))

    def _waiting_owners(self, stored: Stored) -> Iterable[Ref]:
        for reference in references(stored):
            kind = self._hand.registry.of(str(reference.get("apiVersion")), str(reference.get("kind")))
            if kind:
                namespace = stored.key[0] if kind.namespaced else ""
                owner = self._hand.store.get(kind.resource, (namespace, str(reference.get("name"))))
                if owner and deleting(owner):
                    yield (kind.resource, owner.key)


class _Without:
    """Takes one finalizer away."""

    def __init__(self, finalizer: str) -> None:
        self._finalizer = finalizer

    def __call__(self, body: _Json) -> None:
        kept = [f for f in body["metadata"].get("finalizers") or () if f != self._finalizer]
        body["metadata"]["finalizers"] = kept


class _Disowned:
    """Takes the references to some owners away."""

    def __init__(self, uids: set[str]) -> None:
        self._uids = uids

    def __call__(self, body: _Json) -> None:
        kept = [r for r in body["metadata"].get("ownerReferences") or () if r["uid"] not in self._uids]
        body["metadata"]["ownerReferences"] = kept
