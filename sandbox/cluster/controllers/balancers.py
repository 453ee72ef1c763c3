"""Services of type LoadBalancer and Ingresses get an address, as a cloud would give them one."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from sandbox.cluster.hand import Hand, deleting
from sandbox.cluster.owners import Ref
from sandbox.cluster.store import Change, Event

INGRESSES = "ingresses.networking.k8s.io"


class Balancers:
    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def concerns(self, event: Event) -> Iterable[Ref]:
        if event.object.resource in ("services", INGRESSES) and event.change is not Change.DELETED:
            yield (event.object.resource, event.object.key)

    def reconcile(self, ref: Ref) -> float | None:
        """Write status.loadBalancer.ingress once."""
        found = self._hand.store.get(*ref)
        if found is None or deleting(found):
            return None
        wanted = ref[0] == INGRESSES or found.body["spec"].get("type") == "LoadBalancer"
        has = bool(((found.body.get("status") or {}).get("loadBalancer") or {}).get("ingress"))
        if wanted and not has:
            entry = {"ip": _address(str(found.body["metadata"]["uid"]))}
            if ref[0] == "services":
                entry["ipMode"] = "VIP"
            self._hand.set_status(ref, {"loadBalancer": {"ingress": [entry]}})
        elif has and not wanted:
            self._hand.set_status(ref, {"loadBalancer": {}})
        return None


def _address(uid: str) -> str:
    """An address of the range for documentation, RFC 5737."""
    return f"203.0.113.{zlib.crc32(uid.encode()) % 254 + 1}"
