"""Which Application an object belongs to, in Argo CD's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from shared.domain.manifests.manifest import Manifest, annotations_of, labels_of, metadata_of

TRACKING_ID = "argocd.argoproj.io/tracking-id"
INSTALLATION = "tidegate.dev/installation"
# on a Secret: the name of the ExternalSecret beside it that made it, and with which it goes
EXTERNAL_SECRET = "tidegate.dev/external-secret"  # noqa: S105 a name, not a password
_PARTS = 3


@dataclass(frozen=True, slots=True)
class TrackingId:
    """`<app>:<group>/<Kind>:<namespace>/<name>`, the value of the tracking annotation.

    `app` is the Application's name, or `namespace_name` outside of the control namespace. `group` is ""
    for the core group. A cluster-scoped object carries the destination namespace of its Application.

    Source: Argo CD util/argo/resource_tracking.go.
    """

    app: str
    group: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, manifest: Mapping[str, Any], app: str, destination_namespace: str) -> Self:
        """The id that the object should carry as part of the Application `app` (its instance name)."""
        metadata = metadata_of(manifest)
        namespace = metadata.get("namespace") or destination_namespace
        return cls(
            app,
            group_of(manifest),
            str(manifest.get("kind") or ""),
            namespace,
            str(metadata.get("name") or ""),
        )

    @classmethod
    def parse(cls, text: object) -> Self | None:
        """Read the value of the annotation; None for anything that is not one."""
        parts = text.split(":", _PARTS - 1) if isinstance(text, str) else []
        if len(parts) != _PARTS:
            return None
        app, kind, name = parts
        if kind.count("/") != 1 or name.count("/") != 1:
            return None
        return cls(app, *kind.split("/"), *name.split("/"))

    def __str__(self) -> str:
        return f"{self.app}:{self.group}/{self.kind}:{self.namespace}/{self.name}"

    def tracks(self, manifest: Mapping[str, Any]) -> bool:
        """Does the id describe the object it sits on?

        Controllers copy annotations to the objects they create; a copied id makes nobody's object ours.
        Source: Argo CD isSelfReferencedObj (controller/state.go).
        """
        metadata = metadata_of(manifest)
        return (
            metadata.get("namespace") in (None, "", self.namespace)
            and metadata.get("name") == self.name
            and manifest.get("kind") == self.kind
            and group_of(manifest) == self.group
        )


def maker_of(kind: str, annotations: Mapping[str, Any]) -> str:
    """The name of the ExternalSecret that made this Secret, "" for every other object."""
    name = annotations.get(EXTERNAL_SECRET) if kind == "Secret" else None
    return name if isinstance(name, str) else ""


def group_of(manifest: Mapping[str, Any]) -> str:
    """The API group, "" for the core group or where apiVersion is absent."""
    return str(manifest.get("apiVersion") or "").rpartition("/")[0]


def is_crd(manifest: Mapping[str, Any]) -> bool:
    return manifest.get("kind") == "CustomResourceDefinition" and group_of(manifest) == "apiextensions.k8s.io"


def tracking_id_of(manifest: Mapping[str, Any]) -> TrackingId | None:
    """The id that the object carries, whether it describes the object or not."""
    return TrackingId.parse(annotations_of(manifest).get(TRACKING_ID))


def tracked_by(manifest: Mapping[str, Any]) -> str:
    """The instance name of the Application that the object truly belongs to, else ""."""
    tracking = tracking_id_of(manifest)
    return tracking.app if tracking and tracking.tracks(manifest) else ""


def with_tracking(
    manifest: Manifest, app: str, installation_id: str, *, destination_namespace: str
) -> Manifest:
    """Return a copy that carries the tracking annotation and the label of this installation.

    The copy shares everything but metadata with the original. CRDs come back as they are: they outlive
    Applications. `app` is the instance name.
    """
    if is_crd(manifest):
        return manifest
    tracking = TrackingId.of(manifest, app, destination_namespace)
    metadata = {
        **metadata_of(manifest),
        "annotations": {**annotations_of(manifest), TRACKING_ID: str(tracking)},
        "labels": {**labels_of(manifest), INSTALLATION: installation_id},
    }
    return {**manifest, "metadata": metadata}
