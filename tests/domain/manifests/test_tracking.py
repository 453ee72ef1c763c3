"""Whose object is this?"""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.manifests.tracking import (
    INSTALLATION,
    TRACKING_ID,
    TrackingId,
    group_of,
    is_crd,
    tracked_by,
    tracking_id_of,
    with_tracking,
)

DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "api", "namespace": "production"},
    "spec": {"replicas": 3},
}
CRD = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.example.com"},
}


def tracked(manifest: dict[str, Any], app: str = "shop", namespace: str = "production") -> dict[str, Any]:
    return with_tracking(manifest, app, "a1b2c3d4e5", destination_namespace=namespace)


def annotation(manifest: dict[str, Any]) -> str:
    return str(manifest["metadata"]["annotations"][TRACKING_ID])


def labelled(text: str, **changes: Any) -> dict[str, Any]:
    """The Deployment with a tracking annotation, and some of its metadata changed."""
    metadata = {**DEPLOYMENT["metadata"], "annotations": {TRACKING_ID: text}, **changes}  # type: ignore[dict-item]
    return {**DEPLOYMENT, "metadata": metadata}


IDS = [
    ("shop:apps/Deployment:production/api", TrackingId("shop", "apps", "Deployment", "production", "api")),
    ("shop:/Service:production/api", TrackingId("shop", "", "Service", "production", "api")),
    ("team-a_shop:/Service:production/api", TrackingId("team-a_shop", "", "Service", "production", "api")),
    (
        "shop:rbac.authorization.k8s.io/ClusterRole:production/system:reader",
        TrackingId("shop", "rbac.authorization.k8s.io", "ClusterRole", "production", "system:reader"),
    ),
    ("shop:/Namespace:/production", TrackingId("shop", "", "Namespace", "", "production")),
]


@pytest.mark.parametrize(("text", "tracking"), IDS, ids=[text for text, _ in IDS])
def test_an_id_is_read_and_written_as_argo_cd_does(text: str, tracking: TrackingId) -> None:
    assert TrackingId.parse(text) == tracking
    assert str(tracking) == text


@pytest.mark.parametrize(
    "text",
    ["", "shop", "shop:apps/Deployment", "shop:Deployment:ns/n", "shop:a/b/c:ns/n", "shop:a/b:n", None, 7],
)
def test_anything_else_is_no_id(text: object) -> None:
    assert TrackingId.parse(text) is None


def test_tracking_adds_the_annotation_and_the_label_and_keeps_the_rest() -> None:
    before = {**DEPLOYMENT, "metadata": {**DEPLOYMENT["metadata"], "labels": {"app": "api"}}}  # type: ignore[dict-item]
    after = tracked(before)
    assert after["metadata"] == {
        "name": "api",
        "namespace": "production",
        "annotations": {TRACKING_ID: "shop:apps/Deployment:production/api"},
        "labels": {"app": "api", INSTALLATION: "a1b2c3d4e5"},
    }
    assert after["spec"] == before["spec"]


def test_tracking_leaves_the_original_alone() -> None:
    original = labelled("other:apps/Deployment:production/api", labels={"app": "api"})
    copy = {**original, "metadata": {**original["metadata"], "labels": {"app": "api"}}}
    after = tracked(original)
    assert original == copy
    assert annotation(after) == "shop:apps/Deployment:production/api"


def test_null_labels_and_annotations_are_as_good_as_none() -> None:
    bare = {**DEPLOYMENT, "metadata": {"name": "api", "labels": None, "annotations": None}}
    assert annotation(tracked(bare)) == "shop:apps/Deployment:production/api"


def test_a_cluster_scoped_object_carries_the_destination_namespace() -> None:
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "reader"},
    }
    assert annotation(tracked(role)) == "shop:rbac.authorization.k8s.io/ClusterRole:production/reader"


def test_a_crd_is_never_tracked() -> None:
    assert tracked(CRD) == CRD
    assert is_crd(CRD)
    assert not is_crd({**CRD, "apiVersion": "example.com/v1"})


def test_an_object_belongs_to_the_application_that_its_id_names() -> None:
    assert tracked_by(tracked(DEPLOYMENT)) == "shop"
    assert tracked_by(DEPLOYMENT) == ""


COPIED = {
    "another name": labelled("shop:apps/Deployment:production/web"),
    "another namespace": labelled("shop:apps/Deployment:staging/api"),
    "another kind": labelled("shop:apps/StatefulSet:production/api"),
    "another group": labelled("shop:extensions/Deployment:production/api"),
}


@pytest.mark.parametrize("manifest", COPIED.values(), ids=COPIED.keys())
def test_an_id_that_was_copied_from_elsewhere_makes_nobodys_object_ours(manifest: dict[str, Any]) -> None:
    assert tracking_id_of(manifest) is not None
    assert tracked_by(manifest) == ""


def test_a_cluster_scoped_object_is_tracked_whatever_namespace_its_id_says() -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "production"}}
    assert tracked_by(tracked(namespace, namespace="somewhere")) == "shop"


@pytest.mark.parametrize(
    ("api_version", "group"), [("v1", ""), ("apps/v1", "apps"), ("a.b/v1beta1", "a.b"), (None, "")]
)
def test_the_group_is_what_stands_before_the_version(api_version: str | None, group: str) -> None:
    assert group_of({"apiVersion": api_version}) == group
