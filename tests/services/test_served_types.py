"""What kind is served where."""

from __future__ import annotations

import pytest

from shared.domain.manifests.resource_type import ResourceType
from shared.errors import UnavailableError
from shared.services.served_types import ServedTypes
from tests.services.memory_cluster import CONFIG_MAP, DEPLOYMENT, NAMESPACE, TYPES, MemoryCluster

NEW = ResourceType("example.com", "v1", "Widget", "widgets", namespaced=True)
OLD = ResourceType("example.com", "v1beta1", "Widget", "widgets", namespaced=True)


def test_a_kind_is_found_in_the_version_asked_for_else_in_the_preferred_one() -> None:
    types = ServedTypes(MemoryCluster([NEW, OLD]))
    assert types.find("example.com", "Widget") == NEW
    assert types.find("example.com", "Widget", "v1beta1") == OLD
    assert types.find("example.com", "Widget", "v7") == NEW
    assert types.of({"apiVersion": "example.com/v1beta1", "kind": "Widget"}) == OLD


def test_a_manifest_of_the_core_group_is_found() -> None:
    types = ServedTypes(MemoryCluster())
    assert types.of({"apiVersion": "v1", "kind": "ConfigMap"}) == CONFIG_MAP
    assert types.of({"apiVersion": "apps/v1", "kind": "Deployment"}) == DEPLOYMENT
    assert types.of({}) is None


@pytest.mark.parametrize(
    ("group", "kind", "expected"),
    [("", "ConfigMap", True), ("", "Namespace", False), ("example.com", "Widget", None)],
)
def test_where_objects_live(group: str, kind: str, expected: bool | None) -> None:
    assert ServedTypes(MemoryCluster()).namespaced(group, kind) is expected


def test_the_server_is_asked_again_at_most_once_for_what_is_unknown() -> None:
    cluster = MemoryCluster()
    types = ServedTypes(cluster)
    assert cluster.calls == [], "what was discovered before is good enough to begin with"
    assert types.find("example.com", "Widget") is None
    assert types.find("example.com", "Gadget") is None
    assert cluster.calls == ["discover afresh"]


def test_a_kind_that_a_definition_has_just_added_is_found() -> None:
    cluster = MemoryCluster()
    types = ServedTypes(cluster)
    types.find("example.com", "Gadget")
    cluster.served = [*TYPES, NEW]
    assert types.find("example.com", "Widget") is None
    types.refresh()
    assert types.find("example.com", "Widget") == NEW


def test_capabilities_list_versions_and_kinds_in_order() -> None:
    found = ServedTypes(MemoryCluster([CONFIG_MAP, NAMESPACE, DEPLOYMENT])).api_versions()
    assert found == ("apps/v1", "apps/v1/Deployment", "v1", "v1/ConfigMap", "v1/Namespace")


def test_a_cluster_that_is_away_is_raised() -> None:
    cluster = MemoryCluster()
    cluster.failure = UnavailableError("Cluster memory: does not answer")
    with pytest.raises(UnavailableError):
        ServedTypes(cluster)
