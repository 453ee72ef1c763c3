"""Workloads that start again when a Secret that they use has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared.domain.manifests.manifest import Manifest, annotations_of, metadata_of
from shared.domain.secrets.external_secret import ExternalSecret

RESTART = "tidegate.dev/restart-on-change"
_MARK = "secrets.tidegate.dev/"
_NAME_LENGTH = 63
_VALUE_DIGITS = 16


def asks_for_restart(manifest: Mapping[str, Any]) -> bool:
    """Whether the ExternalSecret says `tidegate.dev/restart-on-change: "true"`."""
    return annotations_of(manifest).get(RESTART) == "true"


def uses_secret(workload: Mapping[str, Any], name: str) -> bool:
    """Whether the pods of a workload read the Secret: as variables, files, or a part of projected files."""
    spec = _part(_part(_part(workload, "spec"), "template"), "spec")
    return name in set(_names(spec))


def restarted(workload: Mapping[str, Any], secret: ExternalSecret, fingerprint: str) -> Manifest:
    """What to apply so that the workload rolls out: a mark on its pods, another for each other content.

    The mark is from the keyed hash, not the time: the same change told twice restarts once. It is a field of
    the ExternalSecret's own manager, which is no difference to what an application says.
    """
    metadata = metadata_of(workload)
    mark = {_MARK + secret.target[:_NAME_LENGTH].rstrip("-._"): fingerprint[:_VALUE_DIGITS]}
    return {
        "apiVersion": workload["apiVersion"],
        "kind": workload["kind"],
        "metadata": {"name": metadata["name"], "namespace": metadata["namespace"]},
        "spec": {"template": {"metadata": {"annotations": mark}}},
    }


def _names(spec: Mapping[str, Any]) -> Iterator[Any]:
    for container in (*_items(spec, "containers"), *_items(spec, "initContainers")):
        for variable in _items(container, "env"):
            yield _part(_part(variable, "valueFrom"), "secretKeyRef").get("name")
        for source in _items(container, "envFrom"):
            yield _part(source, "secretRef").get("name")
    for volume in _items(spec, "volumes"):
        yield _part(volume, "secret").get("secretName")
        for source in _items(_part(volume, "projected"), "sources"):
            yield _part(source, "secret").get("name")


def _part(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = found.get(name)
    return part if isinstance(part, dict) else {}


def _items(found: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    items = found.get(name)
    return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
