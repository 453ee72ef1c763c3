"""The promise of the port cluster_discovery."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from shared.adapters.kubernetes.cluster_discovery import KubernetesDiscovery
from shared.adapters.kubernetes.refusals import Call
from shared.adapters.kubernetes.rest_client import RestClient
from shared.domain.manifests.resource_type import ResourceType
from tests.controlplane.cluster_world import ClusterWorld


class OldServersView(RestClient):
    """Asks without naming the aggregated form, so that the server answers as those before 1.27."""

    def json(self, call: Call) -> Any:
        return super().json(replace(call, accept="application/json"))


@pytest.mark.parametrize(
    ("group", "version", "kind", "plural", "namespaced"),
    [
        ("", "v1", "Namespace", "namespaces", False),
        ("", "v1", "ConfigMap", "configmaps", True),
        ("", "v1", "Secret", "secrets", True),
        ("", "v1", "Service", "services", True),
        ("", "v1", "Pod", "pods", True),
        ("", "v1", "ServiceAccount", "serviceaccounts", True),
        ("apps", "v1", "Deployment", "deployments", True),
        ("apps", "v1", "ReplicaSet", "replicasets", True),
        ("networking.k8s.io", "v1", "Ingress", "ingresses", True),
        ("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", False),
    ],
)
def test_the_kinds_of_the_demo_are_served(
    cluster_world: ClusterWorld, group: str, version: str, kind: str, plural: str, namespaced: bool
) -> None:
    type = cluster_world.type(kind, group)
    assert (type.version, type.plural, type.namespaced) == (version, plural, namespaced)
    assert type.verbs >= {"get", "list", "watch", "create", "patch", "update", "delete"}


def test_no_sub_resource_is_a_kind(cluster_world: ClusterWorld) -> None:
    served = cluster_world.discovery.types()
    assert len(set(served)) == len(served)
    assert not [type for type in served if "/" in type.plural or type.kind in {"Scale", "Eviction"}]


def test_each_group_begins_with_its_preferred_version(cluster_world: ClusterWorld) -> None:
    preferred = {
        group["name"]: group["preferredVersion"]["version"]
        for group in cluster_world.raw("GET", "/apis")["groups"]
    }
    served = cluster_world.discovery.types(fresh=True)
    first: dict[tuple[str, str], ResourceType] = {}
    for type in served:
        first.setdefault((type.group, type.kind), type)
    assert {"apps", "batch"} <= set(preferred)
    for type in first.values():
        version = preferred.get(type.group)  # none: a group that another test has just made, or removed
        if version and replace(type, version=version) in served:
            assert type.version == version


def test_the_old_form_of_discovery_says_the_same(cluster_world: ClusterWorld) -> None:
    with closing(OldServersView(cluster_world.credentials, "")) as client:
        assert KubernetesDiscovery(client).types() == cluster_world.discovery.types(fresh=True)


def test_the_version_is_the_servers_own(cluster_world: ClusterWorld) -> None:
    assert cluster_world.discovery.version() == cluster_world.raw("GET", "/version")["gitVersion"]
    assert cluster_world.discovery.version().startswith("v1.")


def test_kinds_are_remembered_until_somebody_asks_for_fresh_ones(cluster_world: ClusterWorld) -> None:
    remembered = cluster_world.discovery.types()
    assert cluster_world.discovery.types() is remembered
    assert cluster_world.discovery.types(fresh=True) is not remembered
