"""Which object in a cluster we are talking about."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.manifests.resource_key import ResourceKey
from shared.errors import InvalidSpecError


def manifest(api_version: str = "apps/v1", kind: str = "Deployment", **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "api", **metadata}}


def test_a_key_is_group_kind_namespace_and_name() -> None:
    assert ResourceKey.of(manifest(namespace="shop")) == ResourceKey("apps", "Deployment", "shop", "api")
    assert ResourceKey.of(manifest("v1", "Namespace")) == ResourceKey("", "Namespace", "", "api")


def test_two_versions_of_a_kind_name_the_same_object() -> None:
    assert ResourceKey.of(manifest("apps/v1")) == ResourceKey.of(manifest("apps/v1beta1"))


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (manifest(kind=""), "Manifest api: kind is missing"),
        (manifest(name=None), "Manifest of kind Deployment: metadata.name is missing"),
        (manifest(""), "Deployment api: apiVersion is missing"),
        (manifest("apps/"), "Deployment api: apiVersion is missing"),
        ({}, "Manifest without a name: kind is missing"),
    ],
)
def test_what_is_missing_is_named(broken: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidSpecError) as caught:
        ResourceKey.of(broken)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (ResourceKey("apps", "Deployment", "shop", "api"), "Deployment shop/api"),
        (ResourceKey("", "Namespace", "", "shop"), "Namespace shop"),
        (ResourceKey("networking.k8s.io", "Ingress", "shop", "web"), "Ingress shop/web"),
        (ResourceKey("example.com", "Widget", "shop", "w"), "Widget.example.com shop/w"),
    ],
)
def test_a_key_reads_as_people_say_it(key: ResourceKey, text: str) -> None:
    assert str(key) == text
