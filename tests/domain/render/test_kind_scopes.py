"""Who knows whether a kind is namespaced."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.render.kind_scopes import scope_with_crds


def crd(kind: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "x"},
        "spec": {"group": "example.com", "names": {"kind": kind}, **spec},
    }


def test_the_cluster_is_asked_first() -> None:
    scope = scope_with_crds([crd("Widget", scope="Cluster")], lambda _group, _kind: True)
    assert scope("example.com", "Widget") is True


def test_a_crd_that_comes_along_is_asked_next() -> None:
    scope = scope_with_crds(
        [crd("Widget", scope="Cluster"), crd("Gadget", scope="Namespaced")], lambda _group, _kind: None
    )
    assert scope("example.com", "Widget") is False
    assert scope("example.com", "Gadget") is True
    assert scope("other.com", "Widget") is None


@pytest.mark.parametrize(
    "broken", ["text", None, {"kind": "CustomResourceDefinition"}, crd("W"), crd("W", names=1)]
)
def test_a_broken_crd_says_nothing(broken: Any) -> None:
    assert scope_with_crds([broken], lambda _group, _kind: None)("example.com", "W") is None
