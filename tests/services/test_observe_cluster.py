"""The live state of one application's own objects."""

from __future__ import annotations

import pytest

from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.resource_type import ResourceType
from shared.errors import PermissionDeniedError
from shared.services.observe_cluster import ObserveCluster
from shared.services.served_types import ServedTypes
from tests.services.memory_cluster import TYPES, MemoryCluster
from tests.services.worlds import config_map


def key(name: str, namespace: str = "shop") -> ResourceKey:
    return ResourceKey("", "ConfigMap", namespace, name)


def cluster_with(*names: str) -> MemoryCluster:
    cluster = MemoryCluster()
    for name in names:
        cluster.add(config_map(name, namespace="shop"))
    return cluster


def test_only_what_exists_is_returned() -> None:
    cluster = cluster_with("a")
    found = ObserveCluster()(cluster, ServedTypes(cluster), [key("a"), key("b"), key("a", "elsewhere")])
    assert list(found) == [key("a")]
    assert found[key("a")]["data"] == {"text": "hello"}


def test_a_kind_that_is_not_served_has_no_objects() -> None:
    cluster = cluster_with()
    widget = ResourceKey("example.com", "Widget", "shop", "a")
    assert ObserveCluster()(cluster, ServedTypes(cluster), [widget]) == {}


@pytest.mark.parametrize("many", [24, 25])
def test_few_are_gotten_one_by_one_and_many_by_one_list(many: int) -> None:
    names = [f"c-{number:02}" for number in range(many)]
    cluster = cluster_with(*names, "somebody-elses")
    found = ObserveCluster()(cluster, ServedTypes(cluster), [key(name) for name in names])
    assert sorted(each.name for each in found) == names
    asked = [call.partition(" ")[0] for call in cluster.calls]
    assert asked == (["list"] if many == 25 else ["get"] * 24)
    assert found[key("c-00")]["apiVersion"] == "v1", "objects of lists are whole, too"


def test_objects_are_read_in_the_version_that_git_writes() -> None:
    old = ResourceType("example.com", "v1beta1", "Widget", "widgets", namespaced=True)
    new = ResourceType("example.com", "v1", "Widget", "widgets", namespaced=True)
    read: list[str] = []

    class Watching(MemoryCluster):
        def get(self, type: ResourceType, namespace: str, name: str) -> None:
            read.append(type.version)

    cluster = Watching([*TYPES, new, old])
    widget = ResourceKey("example.com", "Widget", "shop", "a")
    ObserveCluster()(cluster, ServedTypes(cluster), [widget])
    ObserveCluster()(cluster, ServedTypes(cluster), [widget], {widget: "v1beta1"})
    assert read == ["v1", "v1beta1"]


@pytest.mark.parametrize("count", [1, 6])
def test_a_refusal_is_raised_and_not_taken_for_absence(count: int) -> None:
    cluster = cluster_with()
    denied = PermissionDeniedError("ConfigMap shop/c-0: may not be read")
    cluster.refusals["get ConfigMap shop/c-0"] = denied
    with pytest.raises(PermissionDeniedError):
        ObserveCluster()(cluster, ServedTypes(cluster), [key(f"c-{number}") for number in range(count)])
