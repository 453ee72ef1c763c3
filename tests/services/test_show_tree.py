"""Every object of an application and what controllers made of it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import NotFoundError, UnavailableError
from tests.services.worlds import SHOP, Engine, application, config_map, engine, synced_engine


def deployment() -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}},
    }


def nodes(world: Engine) -> list[tuple[str, str]]:
    return [(node["kind"], node["name"]) for node in world.show_tree(SHOP)["nodes"]]


def rolled_out() -> Engine:
    """A Deployment with its ReplicaSet and pod, and a pod of somebody else in the same namespace."""
    world = engine({"shop/web.yaml": deployment(), "shop/greeting.yaml": config_map("greeting")})
    world.add()
    world.run_for(1)
    owner = next(found for key, found in world.cluster.objects.items() if key.kind == "Deployment")
    for kind, api, name in (("ReplicaSet", "apps/v1", "web-1"), ("Pod", "v1", "web-1-a")):
        references = [
            {
                "apiVersion": owner["apiVersion"],
                "kind": owner["kind"],
                "name": owner["metadata"]["name"],
                "uid": owner["metadata"]["uid"],
                "controller": True,
            }
        ]
        metadata = {"name": name, "namespace": "shop", "ownerReferences": references}
        owner = world.cluster.add({"apiVersion": api, "kind": kind, "metadata": metadata, "spec": {}})
    stranger = {"name": "stranger", "namespace": "shop", "ownerReferences": [{"uid": "nobody"}]}
    world.cluster.add({"apiVersion": "v1", "kind": "Pod", "metadata": stranger, "spec": {}})
    return world


def test_it_goes_down_to_the_pods_and_shows_nobody_elses() -> None:
    found = nodes(rolled_out())
    assert sorted(found) == [
        ("ConfigMap", "greeting"),
        ("Deployment", "web"),
        ("Pod", "web-1-a"),
        ("ReplicaSet", "web-1"),
    ]


def test_an_object_knows_its_parent() -> None:
    tree = rolled_out().show_tree(SHOP)
    parents = {node["name"]: [each["name"] for each in node.get("parentRefs", ())] for node in tree["nodes"]}
    assert len(parents["web-1"]) == len(parents["web-1-a"]) == 1
    assert not parents["web"]


def test_an_object_that_is_missing_is_shown_too() -> None:
    world = synced_engine()
    world.cluster.objects.pop(next(key for key in world.cluster.objects if key.name == "greeting"))
    assert nodes(world) == [("ConfigMap", "greeting")]


def test_children_that_are_applications_are_in_the_tree_of_their_parent() -> None:
    world = engine({"apps/shop.yaml": application(), "shop/greeting.yaml": config_map("greeting")})
    root = world.add(application("root", path="apps"))
    world.run_for(5)
    found = world.show_tree(root)["nodes"]
    assert [(node["kind"], node["name"], node["health"]["status"]) for node in found] == [
        ("Application", "shop", "Healthy")
    ]


def test_the_value_of_a_secret_is_nowhere() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "Z2VoZWlt"}}
    world = engine({"shop/secret.yaml": secret})
    world.add()
    world.run_for(5)
    assert "Z2VoZWlt" not in str(world.show_tree(SHOP))


def test_who_is_not_there_is_named_and_a_cluster_that_is_away_is_raised() -> None:
    with pytest.raises(NotFoundError, match="not found"):
        engine().show_tree(SHOP)
    world = synced_engine()
    world.cluster.failure = UnavailableError("Cluster memory: does not answer")
    with pytest.raises(UnavailableError):
        world.show_tree(SHOP)
