"""Claims are bound at once to a volume made for them, which goes with them."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.cluster.hand import Hand, deleting
from sandbox.cluster.owners import Ref
from sandbox.cluster.store import Event, Stored

CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"


class Volumes:
    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def concerns(self, event: Event) -> Iterable[Ref]:
        if event.object.resource == CLAIMS:
            yield (CLAIMS, event.object.key)
            if volume := event.object.body["spec"].get("volumeName"):
                yield (VOLUMES, ("", str(volume)))
        elif event.object.resource == VOLUMES:
            yield (VOLUMES, event.object.key)

    def reconcile(self, ref: Ref) -> float | None:
        found = self._hand.store.get(*ref)
        if found is None or deleting(found):
            return None
        if ref[0] == CLAIMS:
            self._bind(ref, found)
        else:
            self._keep(ref, found)
        return None

    def _bind(self, ref: Ref, claim: Stored) -> None:
        if not claim.body["spec"].get("volumeName"):
            name = f"pvc-{claim.body['metadata']['uid']}"
            self._provide(claim, name)
            self._hand.edit(ref, lambda body: body["spec"].update(volumeName=name))
            return
        modes = claim.body["spec"].get("accessModes") or []
        capacity = (claim.body["spec"].get("resources") or {}).get("requests") or {}
        status = {"phase": "Bound", "accessModes": modes, "capacity": capacity}
        if claim.body.get("status") != status:
            self._hand.set_status(ref, status)

    def _provide(self, claim: Stored, name: str) -> None:
        spec = claim.body["spec"]
        reference = {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "uid": claim.body["metadata"]["uid"],
        }
        volume = {
            "capacity": (spec.get("resources") or {}).get("requests") or {},
            "accessModes": spec.get("accessModes") or [],
            "persistentVolumeReclaimPolicy": "Delete",
            "claimRef": {**reference, "namespace": claim.key[0], "name": claim.key[1]},
            "hostPath": {"path": f"/sandbox/{name}"},
        }
        if named := spec.get("storageClassName"):
            volume["storageClassName"] = named
        self._hand.create(
            VOLUMES,
            {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": volume},
        )

    def _keep(self, ref: Ref, volume: Stored) -> None:
        claimed = volume.body["spec"].get("claimRef") or {}
        claim = self._hand.store.get(CLAIMS, (str(claimed.get("namespace")), str(claimed.get("name"))))
        bound = claim is not None and claim.body["metadata"]["uid"] == claimed.get("uid")
        policy = volume.body["spec"].get("persistentVolumeReclaimPolicy")
        if claimed and not bound and policy == "Delete":
            self._hand.delete(ref)
            return
        phase = "Bound" if bound else "Released" if claimed else "Available"
        if (volume.body.get("status") or {}).get("phase") != phase:
            self._hand.set_status(ref, {"phase": phase})
