"""A kind as a cluster serves it."""

from __future__ import annotations

from shared.domain.manifests.resource_type import ResourceType

POD = ResourceType("", "v1", "Pod", "pods", namespaced=True)
DEPLOYMENT = ResourceType("apps", "v1", "Deployment", "deployments", namespaced=True)
NODE = ResourceType("", "v1", "Node", "nodes", namespaced=False)


def test_the_core_group_has_no_name() -> None:
    assert POD.api_version == "v1"
    assert DEPLOYMENT.api_version == "apps/v1"


def test_paths_lead_to_collections_and_to_objects() -> None:
    assert POD.path() == "/api/v1/pods"
    assert POD.path("shop", "api-1") == "/api/v1/namespaces/shop/pods/api-1"
    assert DEPLOYMENT.path("shop") == "/apis/apps/v1/namespaces/shop/deployments"


def test_a_cluster_scoped_kind_has_no_namespace_in_its_path() -> None:
    assert NODE.path("shop", "one") == "/api/v1/nodes/one"
