"""Objects that other tools made: what in them is theirs to keep, and what counts as ours.

An application is *observed* until its first sync that changes something: its objects do not carry
Tidegate's tracking annotation and label yet, and that alone is no difference (adoption writes nothing).
"""

from __future__ import annotations

import json
from typing import Any

from shared.domain.compare.field_sets import FieldSet, Path, below, entries_of
from shared.domain.compare.list_shapes import ATOMIC, shape_of, steps_of
from shared.domain.manifests.manifest import Manifest, annotations_of, labels_of, metadata_of
from shared.domain.manifests.tracking import INSTALLATION, TRACKING_ID

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

ADOPTED_MANAGERS = (
    "argocd-controller",
    "before-first-apply",
    "helm",
    "kubectl",
    "kubectl-client-side-apply",
    "kubectl-create",
    "kubectl-replace",
)
"""Field managers whose fields are the declared state of an object and pass to us with its adoption.

Commands of people (kubectl-edit, kubectl-scale, kubectl-rollout …) are not among them: what they set is
a wish of that moment, and taking `restartedAt` back would restart pods.
"""

_BOOKKEEPING = {
    "annotations": {
        LAST_APPLIED,
        TRACKING_ID,
        "deprecated.daemonset.template.generation",
        "meta.helm.sh/release-name",
        "meta.helm.sh/release-namespace",
    },
    "labels": {"app.kubernetes.io/managed-by", "app.kubernetes.io/instance", INSTALLATION},
}


def without_missing_marks(desired: Manifest, live: Manifest, manager: str) -> Manifest:
    """Return desired without those of our tracking marks that an observed object does not carry.

    An object that `manager` has applied already is not observed any more: there a missing mark was
    removed by somebody, and is a difference.
    """
    if any(e.get("manager") == manager and e.get("operation") == "Apply" for e in entries_of(live)):
        return desired
    metadata = dict(metadata_of(desired))
    if TRACKING_ID not in annotations_of(live):
        metadata["annotations"] = _but(annotations_of(desired), TRACKING_ID)
    if INSTALLATION not in labels_of(live):
        metadata["labels"] = _but(labels_of(desired), INSTALLATION)
    return {**desired, "metadata": metadata}


def without_bookkeeping(owned: FieldSet) -> FieldSet:
    """Return the fields of adopted managers without the notes they keep for themselves in metadata."""
    metadata = owned.get("f:metadata")
    if not metadata:
        return owned
    kept = {
        step: {name: sub for name, sub in inner.items() if name[2:] not in _BOOKKEEPING.get(step[2:], ())}
        for step, inner in metadata.items()
    }
    return {**owned, "f:metadata": {step: inner for step, inner in kept.items() if inner}}


def last_applied_of(live: Manifest) -> Manifest | None:
    """What `kubectl apply` (or Argo CD without server-side apply) wrote last, or None."""
    try:
        applied = json.loads(annotations_of(live).get(LAST_APPLIED) or "null")
    except ValueError:
        return None
    return applied if isinstance(applied, dict) else None


def field_set_of(value: Any, live: Any, fields: FieldSet | None, at: Path = ()) -> FieldSet:
    """Return the field set that somebody would own who had applied this value.

    `live` and `fields` (of all owners) say how lists are keyed.
    """
    if isinstance(value, dict):
        return {
            (step := f"f:{name}"): field_set_of(inner, _get(live, name), below(fields, step), (*at, step))
            for name, inner in value.items()
            if inner is not None
        }
    if isinstance(value, list) and value:
        beside = live if isinstance(live, list) else []
        shape = shape_of(value, beside, fields, at)
        if shape != ATOMIC:
            found = dict(zip(steps_of(beside, shape), beside, strict=True))
            return {
                step: {".": {}, **field_set_of(item, found.get(step), below(fields, step), (*at, step))}
                for step, item in zip(steps_of(value, shape), value, strict=True)
            }
    return {}


def _get(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _but(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}
