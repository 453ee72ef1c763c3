"""The Secret that an ExternalSecret stands for, and whose it is."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from shared.domain.manifests.manifest import Manifest, annotations_of, labels_of, metadata_of
from shared.domain.manifests.tracking import EXTERNAL_SECRET, INSTALLATION, tracked_by
from shared.domain.secrets.external_secret import CreationPolicy, ExternalSecret
from shared.errors import ConflictError, InvalidSpecError

# Source: Kubernetes' MaxSecretSize, of all values together
_SIZE_BYTES = 1_048_576
_MANAGER_LENGTH = 128
_NOT_COPIED = (
    "argocd.argoproj.io/",
    "tidegate.dev/",
    "reconcile.external-secrets.io/",
    "app.kubernetes.io/instance",
    "kubectl.kubernetes.io/last-applied-configuration",
)


def manager_of(secret: ExternalSecret) -> str:
    """The field manager of one ExternalSecret, at most 128 characters.

    Not `tidegate`: an Application that applies the same Secret from Git would then take our keys away at
    its next sync, and we its. One for each: of two that merge into one Secret, each drops only its own keys.
    """
    name = f"tidegate-secrets/{secret.name}"
    if len(name) <= _MANAGER_LENGTH:
        return name
    return f"tidegate-secrets/{hashlib.sha256(secret.name.encode()).hexdigest()}"


def target_manifest(
    secret: ExternalSecret, own: Manifest, values: Mapping[str, bytes], installation: str
) -> Manifest:
    """The Secret to apply. Its body is as secret as the values: it goes to the cluster and nowhere else.

    `own` is the manifest of the ExternalSecret: its labels and annotations are copied, except those that
    would make somebody track the Secret. Raises InvalidSpecError when it is larger than a Secret may be.
    Source: External Secrets copies them where there is no template.
    """
    _require_size(secret, values)
    metadata: dict[str, Any] = {"name": secret.target, "namespace": secret.namespace}
    labels, annotations = _copied(labels_of(own)), _copied(annotations_of(own))
    if secret.creation is CreationPolicy.OWNER:
        labels[INSTALLATION] = installation
        annotations[EXTERNAL_SECRET] = secret.name
    if secret.creation in (CreationPolicy.OWNER, CreationPolicy.ORPHAN):
        metadata |= {"labels": labels, "annotations": annotations}
    encoded = {key: base64.b64encode(value).decode() for key, value in sorted(values.items())}
    manifest: Manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": encoded}
    return {**manifest, "immutable": True} if secret.immutable else manifest


def require_ours(secret: ExternalSecret, live: Manifest | None, installation: str) -> None:
    """Raises ConflictError when the Secret belongs to somebody else: another ExternalSecret, an Application,
    an operator. Where we only merge, whoever it belongs to keeps it.
    """
    if live is None or secret.creation not in (CreationPolicy.OWNER, CreationPolicy.ORPHAN):
        return
    where = f"Secret {secret.namespace}/{secret.target}: target is owned by"
    owner = annotations_of(live).get(EXTERNAL_SECRET)
    if owner is not None and owner != secret.name:
        raise ConflictError(f"{where} another ExternalSecret ({owner}). Give one of them another target.name")
    if owner is not None and labels_of(live).get(INSTALLATION) not in (None, installation):
        raise ConflictError(f"{where} another installation of Tidegate. Choose another target.name")
    if app := tracked_by(live):
        raise ConflictError(
            f"{where} the application {app}. Choose another target.name, or creationPolicy Merge"
        )
    for found in metadata_of(live).get("ownerReferences") or ():
        if found.get("controller"):
            raise ConflictError(
                f"{where} {found.get('kind')} {found.get('name')}. Delete that one with --cascade=orphan "
                "first: it would take the Secret along later"
            )


def is_owned(live: Manifest, name: str, installation: str) -> bool:
    """Whether the Secret was made by the ExternalSecret of this name, and goes with it."""
    return annotations_of(live).get(EXTERNAL_SECRET) == name and (
        labels_of(live).get(INSTALLATION) == installation
    )


def foreign_keys(secret: ExternalSecret, live: Manifest, values: Mapping[str, bytes]) -> tuple[str, ...]:
    """Keys that are dropped: an Owner's Secret holds its own keys and no others."""
    data = live.get("data")
    if secret.creation is not CreationPolicy.OWNER or not isinstance(data, dict):
        return ()
    return tuple(sorted(set(data) - set(values)))


def holds(live: Manifest | None, values: Mapping[str, bytes]) -> bool:
    """Whether the Secret has these keys with these values."""
    data = (live or {}).get("data") or {}
    return all(data.get(key) == base64.b64encode(value).decode() for key, value in values.items())


def _copied(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if not name.startswith(_NOT_COPIED)}


def _require_size(secret: ExternalSecret, values: Mapping[str, bytes]) -> None:
    total = sum(map(len, values.values()))
    if total > _SIZE_BYTES:
        largest = sorted(values, key=lambda key: len(values[key]), reverse=True)[:3]
        raise InvalidSpecError(
            f"ExternalSecret {secret.namespace}/{secret.name}",
            "spec.data",
            f"makes a Secret of {total} bytes, and {_SIZE_BYTES} are allowed",
            f"The largest are {', '.join(largest)}: split it",
        )
