"""Claims are bound at once to a volume made for them, which goes with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.cluster.event_writer import Said
from sandbox.cluster.hand import Hand, deleting
from sandbox.cluster.owners import Ref
from sandbox.cluster.store import Change, Event, Stored

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
        elif event.object.resource == "pods" and event.change is Change.DELETED:
            yield from ((CLAIMS, (event.object.key[0], name)) for name in _claims(event.object))

    def reconcile(self, ref: Ref) -> float | None:
        found = self._hand.store.get(*ref)
        if found is None:
            return None
        if deleting(found):
            self._release(ref, found)
        elif ref[0] == CLAIMS:
            self._bind(ref, found)
        else:
            self._keep(ref, found)
        return None

    def _release(self, ref: Ref, found: Stored) -> None:
        """Let go of what nobody uses any more."""
        if ref[0] == CLAIMS and any(_uses(pod, ref[1]) for pod in self._hand.store.select("pods", ref[1][0])):
            return
        if ref[0] == VOLUMES and self._claim_of(found) is not None:
            return
        if found.body["metadata"].get("finalizers"):
            self._hand.edit(ref, _unprotect)

    def _claim_of(self, volume: Stored) -> Stored | None:
        """The claim that this volume is bound to, if it is still there."""
        claimed = volume.body["spec"].get("claimRef") or {}
        claim = self._hand.store.get(CLAIMS, (str(claimed.get("namespace")), str(claimed.get("name"))))
        return claim if claim is not None and claim.body["metadata"]["uid"] == claimed.get("uid") else None

    def _bind(self, ref: Ref, claim: Stored) -> None:
        if not claim.body["spec"].get("volumeName"):
            name = f"pvc-{claim.body['metadata']['uid']}"
            self._provide(claim, name)
            words = f"Successfully provisioned volume {name}"
            said = Said("ProvisioningSucceeded", words, "persistentvolume-controller")
            self._hand.events.tell(claim, said)
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
        bound = self._claim_of(volume) is not None
        policy = volume.body["spec"].get("persistentVolumeReclaimPolicy")
        if claimed and not bound and policy == "Delete":
            self._hand.delete(ref)
            return
        phase = "Bound" if bound else "Released" if claimed else "Available"
        if (volume.body.get("status") or {}).get("phase") != phase:
            status = {"phase": phase, "lastPhaseTransitionTime": self._hand.clock.text()}
            self._hand.set_status(ref, status)


def _claims(pod: Stored) -> list[str]:
    volumes = pod.body["spec"].get("volumes") or ()
    return [str(v["persistentVolumeClaim"]["claimName"]) for v in volumes if v.get("persistentVolumeClaim")]


def _uses(pod: Stored, claim: tuple[str, str]) -> bool:
    return pod.key[0] == claim[0] and claim[1] in _claims(pod)


def _unprotect(body: dict[str, Any]) -> None:
    kept = [f for f in body["metadata"]["finalizers"] if not f.endswith("-protection")]
    body["metadata"]["finalizers"] = kept
