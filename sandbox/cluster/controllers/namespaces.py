"""Namespaces get what every namespace has, and take their contents with them.

Source: pkg/controller/namespace/deletion, serviceaccount and rootcacertpublisher of Kubernetes 1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.cluster.hand import Hand, deleting
from sandbox.cluster.owners import Ref
from sandbox.cluster.store import Change, Event

_Json = dict[str, Any]
_CERTIFICATE = {"ca.crt": "the sandbox speaks plain HTTP and has no certificate authority\n"}


class Namespaces:
    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def concerns(self, event: Event) -> Iterable[Ref]:
        if event.object.resource == "namespaces" and event.change is not Change.DELETED:
            yield ("namespaces", event.object.key)
        elif event.change is Change.DELETED and event.object.key[0]:
            yield ("namespaces", ("", event.object.key[0]))

    def reconcile(self, ref: Ref) -> float | None:
        found = self._hand.store.get(*ref)
        if found is None:
            return None
        name = ref[1][1]
        if not deleting(found):
            self._furnish(name)
            return None
        left = [
            stored for resource in self._hand.store.resources() for stored in self._contents(resource, name)
        ]
        for stored in left:
            if not deleting(stored) or stored.resource == "pods":
                # as the namespace controller: in the background, pods at once
                grace = 0 if stored.resource == "pods" else None
                self._hand.delete((stored.resource, stored.key), grace=grace)
        if not any(self._contents(resource, name) for resource in self._hand.store.resources()):
            self._hand.edit(ref, _let_go, subresource="finalize")
        return None

    def _contents(self, resource: str, name: str) -> list[Any]:
        kind = self._hand.registry.stored(resource)
        if kind is None or not kind.namespaced:
            return []
        return list(self._hand.store.select(resource, name))

    def _furnish(self, name: str) -> None:
        if self._hand.store.get("serviceaccounts", (name, "default")) is None:
            self._hand.create("serviceaccounts", _object("ServiceAccount", name, "default"))
        if self._hand.store.get("configmaps", (name, "kube-root-ca.crt")) is None:
            certificate = _object("ConfigMap", name, "kube-root-ca.crt")
            self._hand.create("configmaps", {**certificate, "data": dict(_CERTIFICATE)})


def _object(kind: str, namespace: str, name: str) -> _Json:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": namespace}}


def _let_go(body: _Json) -> None:
    body["spec"]["finalizers"] = []
