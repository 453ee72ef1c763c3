"""What the server adds to objects beyond defaults: addresses, labels, encoded data.

Source: registry strategies (service, namespace, job, pod, secret) of Kubernetes 1.34.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import threading
from collections.abc import Mapping
from typing import Any

from sandbox.cluster.api_error import bad_request
from sandbox.cluster.kinds import Kind

_Json = dict[str, Any]
_JOB_LABELS = ("controller-uid", "job-name")


class Admission:
    """Prepares objects of one cluster before they are validated. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._addresses = iter(ipaddress.ip_network("10.96.0.0/16").hosts())
        self._node_ports = iter(range(30000, 32768))
        next(self._addresses)

    def prepare(self, kind: Kind, body: _Json, live: _Json | None) -> None:
        """Change `body` in place. `live` is None for a new object."""
        if kind.group == "" and kind.kind == "Service":
            self._service(body, live)
        elif kind.group == "" and kind.kind == "Secret":
            encode_string_data(body)
        elif kind.group == "" and kind.kind == "Namespace":
            labels = body["metadata"].setdefault("labels", {})
            labels["kubernetes.io/metadata.name"] = body["metadata"].get("name", "")
        elif kind.group == "batch" and kind.kind == "Job":
            _job(body)
        elif kind.group == "" and kind.kind == "Pod":
            _pod(body, live)

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
        with self._lock:
            return str(next(self._addresses))

    def _node_port(self) -> int:
        with self._lock:
            return next(self._node_ports)


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
    spec["selector"] = {"matchLabels": {"batch.kubernetes.io/controller-uid": metadata.get("uid", "")}}


def _pod(body: _Json, live: _Json | None) -> None:
    spec = body.setdefault("spec", {})
    spec.setdefault("serviceAccountName", "default")
    spec.setdefault("serviceAccount", spec["serviceAccountName"])
    if live is None:
        body["status"] = {"phase": "Pending", "qosClass": _quality(spec)}


def _quality(spec: Mapping[str, Any]) -> str:
    resources = [c.get("resources") or {} for c in spec.get("containers") or ()]
    if not any(r.get("limits") or r.get("requests") for r in resources):
        return "BestEffort"
    exact = all(
        r.get("limits") and {"cpu", "memory"} <= set(r["limits"]) and r.get("requests") == r["limits"]
        for r in resources
    )
    return "Guaranteed" if exact else "Burstable"
