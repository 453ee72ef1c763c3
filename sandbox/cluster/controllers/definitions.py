"""CustomResourceDefinitions are established and then served; without one its objects go.

Source: k8s.io/apiextensions-apiserver/pkg/controller/{establish,status,finalizer} of Kubernetes 1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.cluster.hand import Hand, deleting
from sandbox.cluster.kinds import ALL_VERBS, Kind
from sandbox.cluster.owners import Ref
from sandbox.cluster.registry import Registry
from sandbox.cluster.store import Event, StaleError, Store

_Json = dict[str, Any]
RESOURCE = "customresourcedefinitions.apiextensions.k8s.io"
_ESTABLISHED = {
    "NamesAccepted": ("NoConflicts", "no conflicts found"),
    "Established": ("InitialNamesAccepted", "the initial names have been accepted"),
}


class Definitions:
    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def concerns(self, event: Event) -> Iterable[Ref]:
        if event.object.resource == RESOURCE:
            yield (RESOURCE, event.object.key)
        elif "." in event.object.resource:
            # an object that was the last one of a definition that is deleted
            yield (RESOURCE, ("", event.object.resource))

    def reconcile(self, ref: Ref) -> float | None:
        found = self._hand.store.get(*ref)
        name = ref[1][1]
        if found is None:
            self._purge(name)
            return None
        if deleting(found):
            return None
        kinds = kinds_of(found.body)
        self._hand.registry.serve(name, kinds)
        names = found.body["spec"]["names"]
        stored = [v["name"] for v in found.body["spec"]["versions"] if v.get("storage")]
        before = found.body.get("status") or {}
        status = {"conditions": self._conditions(before), "acceptedNames": names, "storedVersions": stored}
        if status != before:
            self._hand.set_status(ref, status)
        return None

    def _conditions(self, before: _Json) -> list[_Json]:
        since = {c["type"]: c["lastTransitionTime"] for c in before.get("conditions") or ()}
        return [
            {
                "type": name,
                "status": "True",
                "lastTransitionTime": since.get(name, self._hand.clock.text()),
                "reason": reason,
                "message": message,
            }
            for name, (reason, message) in _ESTABLISHED.items()
        ]

    def _purge(self, name: str) -> None:
        """Nobody serves these objects any more: they go, finalizers or not."""
        kind = self._hand.registry.stored(name)
        if kind is None or kind.model:
            return
        for stored in self._hand.store.select(name):
            try:
                self._hand.store.remove(stored)
            except StaleError:
                continue
        self._hand.registry.drop(name)


def serve_established(store: Store, registry: Registry) -> None:
    """Serve what the definitions of a cluster that begins again had added."""
    for stored in store.select(RESOURCE):
        if not deleting(stored):
            registry.serve(stored.key[1], kinds_of(stored.body))


def kinds_of(body: _Json) -> tuple[Kind, ...]:
    """The served kinds of a definition, the storage version first: it is the preferred one."""
    spec, names = body["spec"], body["spec"]["names"]
    versions = sorted((v for v in spec["versions"] if v.get("served")), key=lambda v: not v.get("storage"))
    return tuple(
        Kind(
            spec["group"],
            version["name"],
            names["kind"],
            names["plural"],
            namespaced=spec.get("scope") == "Namespaced",
            short_names=tuple(names.get("shortNames") or ()),
            categories=tuple(names.get("categories") or ()),
            status="status" in (version.get("subresources") or {}),
            scale=_scales(version),
            counts_generation=True,
            singular=names.get("singular", ""),
            verbs=ALL_VERBS,
            schema=(version.get("schema") or {}).get("openAPIV3Schema"),
            columns=tuple(version.get("additionalPrinterColumns") or ()),
        )
        for version in versions
    )


def _scales(version: _Json) -> bool:
    """The scale subresource is served where it means spec.replicas, as everywhere in practice."""
    scale = (version.get("subresources") or {}).get("scale") or {}
    return scale.get("specReplicasPath") == ".spec.replicas"
