"""Deployments: one ReplicaSet for each pod template, rolled over, with revisions and conditions.

Source: pkg/controller/deployment of Kubernetes 1.34.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

import orjson

from sandbox.cluster.controllers.deployment_status import deployment_status
from sandbox.cluster.controllers.rollout import Bounds, Sized, recreate_sizes, rolling_sizes
from sandbox.cluster.event_writer import Said
from sandbox.cluster.hand import Hand, controller_reference, deleting, refs_to_owners
from sandbox.cluster.owners import Ref
from sandbox.cluster.store import Event, Stored

_Json = dict[str, Any]
RESOURCE, SETS = "deployments.apps", "replicasets.apps"
REVISION = "deployment.kubernetes.io/revision"
HASH = "pod-template-hash"
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


class Deployments:
    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def concerns(self, event: Event) -> Iterable[Ref]:
        if event.object.resource == RESOURCE:
            yield (RESOURCE, event.object.key)
        elif event.object.resource == SETS:
            yield from refs_to_owners(event.object, "Deployment", RESOURCE)

    def reconcile(self, ref: Ref) -> float | None:
        """Make the new ReplicaSet, move the sizes one step, tell how far it is."""
        found = self._hand.store.get(*ref)
        if found is None or deleting(found):
            return None
        sets = self._sets(found)
        new = next((s for s in sets if _template(s) == found.body["spec"]["template"]), None)
        paused = bool(found.body["spec"].get("paused"))
        if new is None and not paused:
            new = self._create(found, sets)
            sets = self._sets(found)
        if new is not None:
            self._number(found, new, sets)
            self._resize(found, new, sets)
            new = self._hand.store.get(SETS, new.key)
        return self._tell(ref, new)

    def _sets(self, found: Stored) -> list[Stored]:
        """Its ReplicaSets, oldest first."""
        owned = self._hand.owned(SETS, found.body["metadata"]["uid"])
        return sorted((s for s in owned if not deleting(s)), key=lambda s: revision(s.body))

    def _create(self, found: Stored, sets: list[Stored]) -> Stored | None:
        template = orjson.loads(orjson.dumps(found.body["spec"]["template"]))
        code = template_hash(template)
        labels = {**(template.get("metadata") or {}).get("labels", {}), HASH: code}
        template.setdefault("metadata", {})["labels"] = labels
        selector = orjson.loads(orjson.dumps(found.body["spec"]["selector"]))
        selector.setdefault("matchLabels", {})[HASH] = code
        name = f"{found.key[1]}-{code}"
        number = str(max((revision(s.body) for s in sets), default=0) + 1)
        metadata = {
            "name": name,
            "namespace": found.key[0],
            "labels": labels,
            "annotations": {**_carried(found), REVISION: number},
            "ownerReferences": [controller_reference(found)],
        }
        spec = {"replicas": 0, "selector": selector, "template": template}
        self._hand.create(
            SETS, {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": spec}
        )
        return self._hand.store.get(SETS, (found.key[0], name))

    def _number(self, found: Stored, new: Stored, sets: list[Stored]) -> None:
        """The current template has the highest revision, also after a rollback to an old ReplicaSet."""
        highest = max(revision(s.body) for s in sets)
        number = revision(new.body)
        if any(revision(s.body) == highest and s.key != new.key for s in sets):
            number = highest + 1
            self._hand.edit((SETS, new.key), lambda body: _annotate(body, str(number)))
        if revision(found.body) != number:
            told = (RESOURCE, found.key)
            self._hand.edit(told, lambda body: _annotate(body, str(number)), subresource="status")

    def _resize(self, found: Stored, new: Stored, sets: list[Stored]) -> None:
        spec = found.body["spec"]
        bounds = Bounds.of(spec)
        old = [_sized(s) for s in sets if s.key != new.key]
        if (spec.get("strategy") or {}).get("type") == "Recreate":
            sizes = recreate_sizes(_sized(new), old, bounds.replicas)
        else:
            sizes = rolling_sizes(_sized(new), old, bounds)
        for each in sets:
            before, after = int(each.body["spec"]["replicas"]), sizes[each.key[1]]
            if before != after:
                self._hand.edit((SETS, each.key), _Resize(after))
                way = "up" if after > before else "down"
                words = f"Scaled {way} replica set {each.key[1]} from {before} to {after}"
                self._hand.events.tell(found, Said("ScalingReplicaSet", words, "deployment-controller"))

    def _tell(self, ref: Ref, new: Stored | None) -> float | None:
        found = self._hand.store.get(*ref)
        if found is None:
            return None
        sets = self._sets(found)
        status, again = deployment_status(
            found.body, new.body if new else None, [s.body for s in sets], self._hand.clock
        )
        if status != found.body.get("status"):
            self._hand.set_status(ref, status)
        if new is not None and status.get("updatedReplicas") == status.get("replicas"):
            self._forget(found, new, sets)
        return again

    def _forget(self, found: Stored, new: Stored, sets: list[Stored]) -> None:
        """Keep as many old ReplicaSets as revisionHistoryLimit says."""
        empty = [
            s for s in sets if s.key != new.key and not s.body["spec"]["replicas"] and not _sized(s).pods
        ]
        limit = int(found.body["spec"].get("revisionHistoryLimit", 10))
        for each in empty[: max(0, len(empty) - limit)]:
            self._hand.delete((SETS, each.key))


class _Resize:
    """Sets spec.replicas."""

    def __init__(self, replicas: int) -> None:
        self._replicas = replicas

    def __call__(self, body: _Json) -> None:
        body["spec"]["replicas"] = self._replicas


def revision(body: _Json) -> int:
    text = (body["metadata"].get("annotations") or {}).get(REVISION, "0")
    return int(text) if text.isdigit() else 0


def template_hash(template: _Json) -> str:
    """A stable text of ten safe characters for a pod template."""
    text = orjson.dumps(template, option=orjson.OPT_SORT_KEYS)
    number = zlib.crc32(text) | zlib.adler32(text) << 32
    letters = [_ALPHABET[number // len(_ALPHABET) ** place % len(_ALPHABET)] for place in range(10)]
    return "".join(letters)


def _template(found: Stored) -> _Json:
    template: _Json = orjson.loads(orjson.dumps(found.body["spec"]["template"]))
    labels = (template.get("metadata") or {}).get("labels") or {}
    labels.pop(HASH, None)
    return template


def _sized(found: Stored) -> Sized:
    status = found.body.get("status") or {}
    counts = (found.body["spec"]["replicas"], status.get("replicas", 0), status.get("availableReplicas", 0))
    return Sized(found.key[1], *counts)


def _annotate(body: _Json, number: str) -> None:
    body["metadata"].setdefault("annotations", {})[REVISION] = number


def _carried(found: Stored) -> _Json:
    """Annotations that ReplicaSets get from their Deployment: all but the two that speak of itself."""
    own = (REVISION, "kubectl.kubernetes.io/last-applied-configuration")
    return {k: v for k, v in (found.body["metadata"].get("annotations") or {}).items() if k not in own}
