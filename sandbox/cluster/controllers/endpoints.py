"""Endpoints and EndpointSlices: which pods a Service reaches.

Source: pkg/controller/{endpoint,endpointslice} of Kubernetes 1.34, for one slice a Service.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.cluster.hand import Hand, controller_reference, deleting, ready
from sandbox.cluster.owners import Ref
from sandbox.cluster.store import Event, Stored

_Json = dict[str, Any]
RESOURCE, SLICES = "endpoints", "endpointslices.discovery.k8s.io"
_MANAGED = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
_BY = {"endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"}
_NAME = "kubernetes.io/service-name"


class Endpoints:
    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def concerns(self, event: Event) -> Iterable[Ref]:
        """The Service itself, or those that select a pod that moved."""
        if event.object.resource == "services":
            yield ("services", event.object.key)
        elif event.object.resource == "pods":
            for service in self._hand.store.select("services", event.object.key[0]):
                if _selects(service, event.object) or (event.previous and _selects(service, event.previous)):
                    yield ("services", service.key)

    def reconcile(self, ref: Ref) -> float | None:
        """Write what is reached now; what nobody else wrote goes with the Service."""
        found = self._hand.store.get(*ref)
        if found is None or deleting(found):
            old = self._hand.store.get(RESOURCE, ref[1])
            if old and old.body["metadata"].get("labels", {}).items() >= _MANAGED.items():
                self._hand.delete((RESOURCE, ref[1]))
            return None
        spec = found.body["spec"]
        if not spec.get("selector") or spec.get("type") == "ExternalName":
            return None
        pods = [pod for pod in self._hand.store.select("pods", ref[1][0]) if _is_reached(found, pod)]
        pods.sort(key=lambda pod: pod.key)
        self._endpoints(found, pods)
        self._slice(found, pods)
        return None

    def _endpoints(self, service: Stored, pods: list[Stored]) -> None:
        groups = {"addresses": [p for p in pods if ready(p)], "notReadyAddresses": pods}
        groups["notReadyAddresses"] = [p for p in pods if p not in groups["addresses"]]
        subset: _Json = {name: [_address(p) for p in group] for name, group in groups.items() if group}
        subsets = [{**subset, "ports": _ports(service, pods[0], named=False)}] if subset else []
        labels = {**(service.body["metadata"].get("labels") or {}), **_MANAGED}
        metadata = {"name": service.key[1], "namespace": service.key[0], "labels": labels}
        body = {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata}
        self._write((RESOURCE, service.key), body, {"subsets": subsets})

    def _slice(self, service: Stored, pods: list[Stored]) -> None:
        uid = service.body["metadata"]["uid"]
        owned = self._hand.owned(SLICES, uid)
        name = owned[0].key[1] if owned else f"{service.key[1]}-{uid[:5]}"
        labels = {**(service.body["metadata"].get("labels") or {}), _NAME: service.key[1], **_BY}
        metadata = {"name": name, "namespace": service.key[0], "labels": labels}
        metadata["ownerReferences"] = [controller_reference(service)]
        body = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": metadata}
        content = {
            "endpoints": [_endpoint(pod) for pod in pods],
            "ports": _ports(service, pods[0], named=True) if pods else [],
        }
        self._write((SLICES, (service.key[0], name)), {**body, "addressType": "IPv4"}, content)

    def _write(self, ref: Ref, body: _Json, content: _Json) -> None:
        found = self._hand.store.get(*ref)
        if found is None:
            self._hand.create(ref[0], {**body, **content})
        elif any((found.body.get(field) or []) != value for field, value in content.items()):
            self._hand.edit(ref, lambda live: live.update(content))


def _selects(service: Stored, pod: Stored) -> bool:
    wanted = service.body["spec"].get("selector") or {}
    labels = pod.body["metadata"].get("labels") or {}
    return bool(wanted) and wanted.items() <= labels.items()


def _is_reached(service: Stored, pod: Stored) -> bool:
    status = pod.body.get("status") or {}
    over = status.get("phase") in ("Succeeded", "Failed")
    return _selects(service, pod) and bool(status.get("podIP")) and not over and not deleting(pod)


def _address(pod: Stored) -> _Json:
    where = {"ip": pod.body["status"]["podIP"], "nodeName": pod.body["spec"].get("nodeName")}
    return {**where, "targetRef": _reference(pod)}


def _endpoint(pod: Stored) -> _Json:
    serves = ready(pod)
    return {
        "addresses": [pod.body["status"]["podIP"]],
        "conditions": {"ready": serves, "serving": serves, "terminating": False},
        "nodeName": pod.body["spec"].get("nodeName"),
        "targetRef": _reference(pod),
    }


def _reference(pod: Stored) -> _Json:
    uid = pod.body["metadata"]["uid"]
    return {"kind": "Pod", "namespace": pod.key[0], "name": pod.key[1], "uid": uid}


def _ports(service: Stored, pod: Stored, *, named: bool) -> list[_Json]:
    """The ports of the pods; slices name a port also where its name is ""."""
    found: list[_Json] = []
    for port in service.body["spec"].get("ports") or ():
        number = _target(pod, port.get("targetPort") or port["port"])
        if number is not None:
            name = {"name": port.get("name", "")} if named or port.get("name") else {}
            found.append({**name, "port": number, "protocol": port.get("protocol", "TCP")})
    return found


def _target(pod: Stored, port: int | str) -> int | None:
    """A named port is looked up in the pod's containers."""
    if isinstance(port, int):
        return port
    offered = (p for c in pod.body["spec"]["containers"] for p in c.get("ports") or ())
    return next((int(p["containerPort"]) for p in offered if p.get("name") == port), None)
