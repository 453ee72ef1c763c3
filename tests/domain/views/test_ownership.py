"""Who made what."""

from __future__ import annotations

from typing import Any

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.views.ownership import descendants_of, parent_refs


def live(kind: str, name: str, *owners: Manifest, api_version: str = "v1", **more: Any) -> Manifest:
    references = [
        {
            "apiVersion": owner["apiVersion"],
            "kind": owner["kind"],
            "name": owner["metadata"]["name"],
            "uid": owner["metadata"]["uid"],
        }
        for owner in owners
    ]
    metadata = {"name": name, "namespace": "shop", "uid": f"u-{name}", **more.pop("metadata", {})}
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {**metadata, "ownerReferences": references},
        **more,
    }


def keyed(*manifests: Manifest) -> dict[ResourceKey, Manifest]:
    return {ResourceKey.of(each): each for each in manifests}


DEPLOYMENT = live("Deployment", "web", api_version="apps/v1")
REPLICA_SET = live("ReplicaSet", "web-1", DEPLOYMENT, api_version="apps/v1")
POD = live("Pod", "web-1-a", REPLICA_SET)
STRANGER = live("Pod", "other", live("ReplicaSet", "other-1", api_version="apps/v1"))


def test_an_owner_of_the_namespace_is_referred_to_with_it() -> None:
    assert parent_refs(POD, keyed(REPLICA_SET)) == [
        {
            "group": "apps",
            "version": "v1",
            "kind": "ReplicaSet",
            "namespace": "shop",
            "name": "web-1",
            "uid": "u-web-1",
        }
    ]


def test_an_owner_that_is_not_there_is_cluster_scoped() -> None:
    assert "namespace" not in parent_refs(POD, {})[0]


def test_descendants_are_found_through_generations_in_any_order() -> None:
    around = keyed(DEPLOYMENT, POD, STRANGER, REPLICA_SET)
    assert descendants_of([DEPLOYMENT], [POD, STRANGER, REPLICA_SET], around) == [POD, REPLICA_SET]


def test_a_pod_whose_owner_was_made_anew_under_its_name_is_nobodys() -> None:
    renewed = {**REPLICA_SET, "metadata": {**REPLICA_SET["metadata"], "uid": "u-new"}}
    assert descendants_of([DEPLOYMENT], [renewed, POD], keyed(DEPLOYMENT, renewed, POD)) == [renewed]


def test_endpoints_belong_to_the_service_of_their_name() -> None:
    service, endpoints = live("Service", "web"), live("Endpoints", "web")
    assert descendants_of([service], [endpoints], keyed(service, endpoints)) == [endpoints]


def test_a_token_belongs_to_its_service_account() -> None:
    account = live("ServiceAccount", "robot")
    token = live(
        "Secret",
        "robot-token",
        type="kubernetes.io/service-account-token",
        metadata={"annotations": {"kubernetes.io/service-account.name": "robot"}},
    )
    assert descendants_of([account], [token, live("Secret", "plain")], keyed(account, token)) == [token]


def test_claims_of_a_template_belong_to_their_stateful_set() -> None:
    template = {"volumeClaimTemplates": [{"metadata": {"name": "data"}}]}
    database = live("StatefulSet", "db", api_version="apps/v1", spec=template)
    claims = [
        live("PersistentVolumeClaim", name) for name in ("data-db-0", "data-db-x", "xdata-db-0", "db-0")
    ]
    assert descendants_of([database], claims, keyed(database, *claims)) == claims[:1]
