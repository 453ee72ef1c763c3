"""What the server adds to objects beyond defaults: addresses, labels, encoded data.

Source: registry strategies (service, namespace, job, pod, secret) of Kubernetes 1.34.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import threading
from collections.abc import Callable, Iterable, Mapping
from itertools import cycle
from typing import Any

from sandbox.cluster.api_error import bad_request
from sandbox.cluster.kinds import Kind
from sandbox.cluster.lifecycle import Timestamps
from sandbox.cluster.store import Stored

_Json = dict[str, Any]
_PROTECTED: Mapping[str, str] = {
    "persistentvolumeclaims": "kubernetes.io/pvc-protection",
    "persistentvolumes": "kubernetes.io/pv-protection",
}
_TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"


class Admission:
    """Completes the objects of one cluster before they are validated. Safe to share between threads.

    `services` are those that have addresses and ports already.
    """

    def __init__(self, services: Callable[[], Iterable[Stored]], clock: Timestamps) -> None:
        self._lock, self._services, self._clock = threading.Lock(), services, clock
        self._addresses = cycle(str(host) for host in ipaddress.ip_network("10.96.0.0/20").hosts())
        self._node_ports = cycle(range(30000, 32768))
        next(self._addresses)

    def convert(self, kind: Kind, body: _Json, live: _Json | None) -> None:
        """Change `body` in place as conversion and defaulting do: the writer owns what they add."""
        if kind.resource == "secrets":
            encode_string_data(body)
        elif kind.resource == "namespaces":
            labels = body["metadata"].setdefault("labels", {})
            labels["kubernetes.io/metadata.name"] = body["metadata"].get("name", "")
        elif kind.resource == "daemonsets.apps":
            _daemon_set(body, live)

    def allocate(self, kind: Kind, body: _Json, live: _Json | None) -> None:
        """Change `body` in place as strategies and plugins do: nobody owns what they add.

        `live` is None for a new object.
        """
        if kind.resource == "services":
            self._service(body, live)
        elif live is None and (finalizer := _PROTECTED.get(kind.resource)):
            body["metadata"].setdefault("finalizers", []).append(finalizer)
            if kind.resource == "persistentvolumes":
                body.setdefault("status", {}).update(lastPhaseTransitionTime=self._clock.text())
        elif kind.resource == "jobs.batch":
            _job(body)
        elif kind.resource == "pods" and live is None:
            _pod(body)
        elif kind.kind == "CustomResourceDefinition" and live is None:
            stored = [v["name"] for v in body["spec"].get("versions") or () if v.get("storage")]
            names = {"plural": "", "kind": ""}
            body["status"] = {"conditions": None, "acceptedNames": names, "storedVersions": stored}

    def _service(self, body: _Json, live: _Json | None) -> None:
        spec = body.setdefault("spec", {})
        before = (live or {}).get("spec") or {}
        if spec.get("type") == "ExternalName":
            return
        for field in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            if not spec.get(field) and before.get(field):
                spec[field] = before[field]
        if not spec.get("clusterIP"):
            spec["clusterIP"] = self._address()
        spec.setdefault("clusterIPs", [spec["clusterIP"]])
        spec.setdefault("ipFamilies", ["IPv4"])
        spec.setdefault("ipFamilyPolicy", "SingleStack")
        if spec.get("type") in ("NodePort", "LoadBalancer"):
            self._ports(spec, before)

    def _ports(self, spec: _Json, before: Mapping[str, Any]) -> None:
        known = {(p.get("port"), p.get("protocol")): p.get("nodePort") for p in before.get("ports") or ()}
        for port in spec.get("ports") or ():
            if not port.get("nodePort"):
                old = known.get((port.get("port"), port.get("protocol")))
                port["nodePort"] = old or self._node_port()

    def _address(self) -> str:
        taken = {each.body["spec"].get("clusterIP") for each in self._services()}
        with self._lock:
            return next(address for address in self._addresses if address not in taken)

    def _node_port(self) -> int:
        ports = [port for each in self._services() for port in each.body["spec"].get("ports") or ()]
        taken = {port.get("nodePort") for port in ports}
        with self._lock:
            return next(port for port in self._node_ports if port not in taken)


def encode_string_data(secret: _Json) -> None:
    """Move stringData into data, and refuse data that is not base64."""
    for value in (secret.get("data") or {}).values():
        try:
            base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError) as error:
            raise bad_request(
                'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0'
            ) from error
    for key, text in (secret.pop("stringData", None) or {}).items():
        secret.setdefault("data", {})[key] = base64.b64encode(str(text).encode()).decode()


def _job(body: _Json) -> None:
    spec, metadata = body.get("spec") or {}, body["metadata"]
    if spec.get("manualSelector") or not isinstance(spec.get("template"), dict) or spec.get("selector"):
        return
    labels = {"controller-uid": metadata.get("uid", ""), "job-name": metadata.get("name", "")}
    every = {**labels, **{f"batch.kubernetes.io/{key}": value for key, value in labels.items()}}
    template = spec["template"].setdefault("metadata", {}).setdefault("labels", {})
    template.update(every)
    if not metadata.get("labels"):
        metadata["labels"] = dict(template)
    spec["selector"] = {"matchLabels": {"batch.kubernetes.io/controller-uid": metadata.get("uid", "")}}


def _pod(body: _Json) -> None:
    spec = body.setdefault("spec", {})
    spec.setdefault("serviceAccountName", "default")
    spec.setdefault("serviceAccount", spec["serviceAccountName"])
    spec.setdefault("priority", 0)
    spec.setdefault("preemptionPolicy", "PreemptLowerPriority")
    for trouble in ("not-ready", "unreachable"):
        toleration = {"key": f"node.kubernetes.io/{trouble}", "operator": "Exists", "effect": "NoExecute"}
        spec.setdefault("tolerations", []).append({**toleration, "tolerationSeconds": 300})
    body["status"] = {"phase": "Pending", "qosClass": _quality(spec)}


def _daemon_set(body: _Json, live: _Json | None) -> None:
    annotations = body["metadata"].setdefault("annotations", {})
    if live is None:
        annotations[_TEMPLATE_GENERATION] = "1"
        return
    count = int((live["metadata"].get("annotations") or {}).get(_TEMPLATE_GENERATION, "1"))
    moved = (body.get("spec") or {}).get("template") != (live.get("spec") or {}).get("template")
    annotations[_TEMPLATE_GENERATION] = str(count + moved)


def _quality(spec: Mapping[str, Any]) -> str:
    resources = [c.get("resources") or {} for c in spec.get("containers") or ()]
    if not any(r.get("limits") or r.get("requests") for r in resources):
        return "BestEffort"
    exact = all(
        r.get("limits") and {"cpu", "memory"} <= set(r["limits"]) and r.get("requests") == r["limits"]
        for r in resources
    )
    return "Guaranteed" if exact else "Burstable"
