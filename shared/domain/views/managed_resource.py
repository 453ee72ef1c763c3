"""One object on both sides, as Argo CD's ResourceDiff: JSON texts whose Secrets show no value."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from shared.domain.compare.comparison import ResourceDiff
from shared.domain.compare.ignored_fields import without_ignored
from shared.domain.compare.object_diff import SERVER_METADATA, comparable
from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.manifests.secret_mask import is_secret, masked_alike

_NAMES = frozenset({"name", "namespace", "generateName"})


def managed_resource(
    diff: ResourceDiff, predicted: Manifest | None, *, ignored: Sequence[str] = ()
) -> dict[str, Any]:
    """Return {group, kind, namespace, name, targetState, liveState, normalizedLiveState,
    predictedLiveState, resourceVersion, modified, hook}; states are JSON texts, "null" where there is none.

    Args:
        diff: the object as compared.
        predicted: what the server says it would be after a sync; None where it would not be.
        ignored: JSON pointers of ignoreDifferences: left out of the normalized and the predicted state.

    The normalized and the predicted state differ in what a sync would change and in nothing else: what only
    the server writes is the same in both. Values of a Secret are masked, equal ones alike in all states.
    `unconfirmed`, where it is there, names why the server would not predict.
    Source: Argo CD pkg/apis/application/v1alpha1 (ResourceDiff), gitops-engine/pkg/diff (HideSecretData).
    """
    live = _folded(diff.live)
    normalized = without_ignored(_without_notes(live), ignored) if live is not None else None
    after = _folded(predicted)
    if after is not None:
        after = without_ignored(_with_server_fields_of(live, after), ignored)
    states = masked_alike([_folded(diff.desired), live, normalized, after])
    target, shown, normal, future = (json.dumps(state, ensure_ascii=False) for state in states)
    named = {"group": diff.key.group, "kind": diff.key.kind}
    view = {
        **named,
        "namespace": diff.key.namespace,
        "name": diff.key.name,
        "targetState": target,
        "liveState": shown,
        "normalizedLiveState": normal,
        "predictedLiveState": future,
        "resourceVersion": str(metadata_of(diff.live or {}).get("resourceVersion") or ""),
        "modified": diff.modified or (diff.live is None) != (diff.desired is None),
        "hook": False,
    }
    return {**view, "unconfirmed": diff.unconfirmed} if diff.unconfirmed else view


def _folded(manifest: Manifest | None) -> Manifest | None:
    """A Secret as the server keeps it: `stringData` is `data` there, so that masks can be compared."""
    if manifest is None or not is_secret(manifest) or not manifest.get("stringData"):
        return manifest
    kept = {name: value for name, value in manifest.items() if name != "stringData"}
    return {**kept, "data": comparable(manifest).get("data")}


def _without_notes(manifest: Manifest) -> Manifest:
    metadata = {name: value for name, value in metadata_of(manifest).items() if name != "managedFields"}
    return {**manifest, "metadata": metadata}


def _with_server_fields_of(live: Manifest | None, predicted: Manifest) -> Manifest:
    """A dry run counts the generation up and makes up an identity for what is not there yet."""
    own = SERVER_METADATA - _NAMES
    metadata = {name: value for name, value in metadata_of(predicted).items() if name not in own}
    kept = metadata_of(live or {})
    metadata |= {name: kept[name] for name in own if name in kept and name != "managedFields"}
    ordered = {name: metadata[name] for name in [*kept, *metadata] if name in metadata}
    shown = {**predicted, "metadata": ordered}
    if live is None:
        shown.pop("status", None)
    return shown
