"""DELETE: preconditions, finalizers, propagation, grace of pods, the end of namespaces.

Source: k8s.io/apiserver/pkg/registry/generic/registry/store.go (BeforeDelete, deletionFinalizersForGarbage-
Collection) of Kubernetes 1.34.
"""

from __future__ import annotations

from typing import Any

from sandbox.cluster import api_error
from sandbox.cluster.kinds import Kind
from sandbox.cluster.lifecycle import Timestamps, same
from sandbox.cluster.request import DeleteOptions, Target
from sandbox.cluster.store import StaleError, Store, Stored
from sandbox.cluster.writes import Written

_Json = dict[str, Any]
FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"


class Deletions:
    """Deletions of one cluster, for the wire and for the controllers alike."""

    def __init__(self, store: Store, clock: Timestamps) -> None:
        self._store, self._clock = store, clock

    def delete(self, target: Target, options: DeleteOptions) -> Written:
        """Remove the object, or mark it when somebody holds it. Raises ApiError 404, 409.

        The body is a Status when the object is gone at once, else the marked object.
        """
        while True:
            stored = self._store.get(target.kind.resource, target.key)
            if stored is None:
                raise api_error.not_found(target.kind.named(target.name))
            _demand(target.kind, stored, options)
            try:
                return self._delete(target, stored, options)
            except StaleError:
                continue

    def _delete(self, target: Target, stored: Stored, options: DeleteOptions) -> Written:
        finalizers = _finalizers(target.kind, stored.body, options)
        marked = stored.copy()
        marked["metadata"]["finalizers"] = finalizers
        if not finalizers:
            del marked["metadata"]["finalizers"]
        if not finalizers and not _lingers(target.kind, stored.body, options):
            if not options.dry_run:
                self._store.remove(stored)
            return Written(_success(target.kind, stored), changed=not options.dry_run)
        self._mark(target.kind, marked, options)
        if options.dry_run or same(marked, stored.body):
            return Written(marked if options.dry_run else stored.body)
        return Written(self._store.replace(stored, marked).body, changed=True)

    def _mark(self, kind: Kind, body: _Json, options: DeleteOptions) -> None:
        metadata = body["metadata"]
        if metadata.get("deletionTimestamp"):
            return
        metadata["deletionTimestamp"] = self._clock.text()
        grace = (body.get("spec") or {}).get("terminationGracePeriodSeconds", 30)
        if options.grace_seconds is not None:
            grace = options.grace_seconds
        if kind.resource != "namespaces":
            metadata["deletionGracePeriodSeconds"] = grace if kind.resource == "pods" else 0
        else:
            body["status"] = {**(body.get("status") or {}), "phase": "Terminating"}
        if kind.counts_generation:
            metadata["generation"] = int(metadata.get("generation") or 0) + 1


def _demand(kind: Kind, stored: Stored, options: DeleteOptions) -> None:
    metadata = stored.body["metadata"]
    if options.uid and options.uid != metadata["uid"]:
        problem = (
            f"the UID in the precondition ({options.uid}) does not match the UID in record "
            f"({metadata['uid']}). The object might have been deleted and then recreated"
        )
        raise api_error.conflict(kind.of_kind(stored.key[1]), problem)
    if options.resource_version not in ("", metadata["resourceVersion"]):
        problem = (
            f"the ResourceVersion in the precondition ({options.resource_version}) does not match the "
            f"ResourceVersion in record ({metadata['resourceVersion']}). The object might have been modified"
        )
        raise api_error.conflict(kind.of_kind(stored.key[1]), problem)


def _finalizers(kind: Kind, body: _Json, options: DeleteOptions) -> list[str]:
    found = [f for f in body["metadata"].get("finalizers") or () if f not in (FOREGROUND, ORPHAN)]
    # batch/v1 Jobs leave their pods behind unless they are told otherwise
    default = "Orphan" if kind.resource == "jobs.batch" else ""
    policy = options.propagation or default
    if not policy:
        found = list(body["metadata"].get("finalizers") or ())
    elif policy == "Foreground":
        found.append(FOREGROUND)
    elif policy == "Orphan":
        found.append(ORPHAN)
    return found


def _lingers(kind: Kind, body: _Json, options: DeleteOptions) -> bool:
    """Namespaces wait for their contents, pods on a node for their containers."""
    if kind.resource == "namespaces":
        return bool((body.get("spec") or {}).get("finalizers"))
    bound = kind.resource == "pods" and (body.get("spec") or {}).get("nodeName")
    over = (body.get("status") or {}).get("phase") in ("Succeeded", "Failed")
    return bool(bound) and not over and options.grace_seconds != 0


def _success(kind: Kind, stored: Stored) -> _Json:
    details = kind.named(stored.key[1]).details(uid=stored.body["metadata"]["uid"])
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
