"""Small manifests for tests that talk to clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.domain.manifests.manifest import Manifest


def config_map(namespace: str, name: str, data: Mapping[str, str] | None = None, **metadata: Any) -> Manifest:
    """A ConfigMap; further keywords go into its metadata."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace, **metadata},
        "data": dict(data or {}),
    }


def deployment(namespace: str, name: str, *, replicas: int | None = 1, **container: Any) -> Manifest:
    """A Deployment of one container `app`; further keywords go into the container."""
    manifest: Manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "app", "image": "registry.test/app:1", **container}]},
            },
        },
    }
    if replicas is not None:
        manifest["spec"]["replicas"] = replicas
    return manifest


def service(namespace: str, name: str, **spec: Any) -> Manifest:
    """A Service of port 80; further keywords go into its spec."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"app": name}, "ports": [{"port": 80}], **spec},
    }


def secret(namespace: str, name: str, **fields: Any) -> Manifest:
    """A Secret; further keywords are its fields."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        **fields,
    }


def custom_resource_definition(plural: str, kind: str, group: str) -> Manifest:
    """A namespaced kind with an integer `spec.size` between 0 and 10, a status, and a list `spec.parts`."""
    part = {"type": "object", "properties": {"name": {"type": "string"}, "value": {"type": "string"}}}
    spec = {
        "type": "object",
        "properties": {
            "size": {"type": "integer", "minimum": 0, "maximum": 10},
            "parts": {"type": "array", "items": {**part, "required": ["name"]},
                      "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]},
        },
    }  # fmt: skip
    status = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"type": "object", "properties": {"spec": spec, "status": status}}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": plural, "singular": kind.lower(), "kind": kind, "listKind": f"{kind}List"},
            "versions": [version],
        },
    }
