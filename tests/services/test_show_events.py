"""What the cluster says has happened to the objects of an application."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import InvalidRequestError
from tests.services.rollouts import live, with_pods
from tests.services.worlds import SHOP, Engine


def happened(world: Engine, name: str, uid: str, at: int = 0) -> None:
    world.cluster.add(
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": "shop"},
            "involvedObject": {"uid": uid},
            "lastTimestamp": f"2026-01-01T12:00:{at:02}Z",
            "message": name,
        }
    )


@pytest.fixture
def world() -> Engine:
    world = with_pods("web-1")
    happened(world, "pulled", live(world, "Pod", "web-1")["metadata"]["uid"], at=2)
    happened(world, "scaled", live(world, "Deployment", "web")["metadata"]["uid"], at=1)
    happened(world, "alien", live(world, "Pod", "stranger")["metadata"]["uid"])
    return world


def messages(found: dict[str, Any]) -> list[str]:
    return [item["message"] for item in found["items"]]


def test_those_of_an_application_are_of_all_its_objects_and_pods_and_of_nobody_else(world: Engine) -> None:
    assert messages(world.views.events(SHOP)) == ["scaled", "pulled"]


def test_those_of_one_object_are_asked_for_by_its_uid(world: Engine) -> None:
    uid = live(world, "Pod", "web-1")["metadata"]["uid"]
    assert messages(world.views.events(SHOP, uid=uid)) == ["pulled"]
    assert messages(world.views.events(SHOP, name="web", namespace="shop")) == ["scaled"]


def test_an_object_of_somebody_else_is_refused(world: Engine) -> None:
    uid = live(world, "Pod", "stranger")["metadata"]["uid"]
    with pytest.raises(InvalidRequestError, match="not found as part of application shop"):
        world.views.events(SHOP, uid=uid)
    with pytest.raises(InvalidRequestError, match="stranger not found"):
        world.views.events(SHOP, name="stranger")
