"""Every object as it should be, as it is, and as a sync would make it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.errors import InvalidRequestError, NotFoundError, RenderError
from shared.services.show_differences import ResourceFilter
from tests.services.worlds import REPO, SHOP, Engine, application, config_map, engine


def unsynced(files: dict[str, object] | None = None) -> Engine:
    """An application that somebody has to sync by hand, looked at once."""
    world = engine(files)
    world.add(application(policy={}))
    world.run_for(5)
    return world


def by_name(world: Engine, wanted: ResourceFilter = ResourceFilter()) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in world.views.differences(SHOP, wanted)}


def test_what_was_changed_by_hand_is_predicted_to_be_put_back() -> None:
    world = engine()
    world.add(application(policy={"automated": {}}))
    world.run_for(5)
    world.cluster.change("ConfigMap", "shop", "greeting", data={"text": "by hand"})
    shown = by_name(world)["greeting"]
    assert shown["modified"] is True
    assert json.loads(shown["liveState"])["data"] == {"text": "by hand"}
    assert json.loads(shown["targetState"])["data"] == {"text": "hello"}
    assert json.loads(shown["predictedLiveState"])["data"] == {"text": "hello"}


def test_what_is_in_sync_is_predicted_to_stay() -> None:
    world = engine()
    world.add()
    world.run_for(5)
    shown = by_name(world)["greeting"]
    assert shown["modified"] is False
    assert shown["normalizedLiveState"] == shown["predictedLiveState"]


def test_what_is_missing_has_no_live_state() -> None:
    shown = by_name(unsynced())["greeting"]
    assert (shown["liveState"], shown["normalizedLiveState"], shown["modified"]) == ("null", "null", True)
    assert json.loads(shown["predictedLiveState"])["data"] == {"text": "hello"}


def test_where_the_server_will_not_predict_the_desired_state_is_shown() -> None:
    world = unsynced()
    world.cluster.refusals["dry-run ConfigMap shop/greeting"] = InvalidRequestError("no dry runs here")
    assert json.loads(by_name(world)["greeting"]["predictedLiveState"])["data"] == {"text": "hello"}


def test_looking_changes_nothing_and_renders_nothing_anew() -> None:
    world = unsynced()
    before, renders = world.rows.status(SHOP), len(world.tool.renders)
    world.git.calls.clear()
    world.views.differences(SHOP)
    assert world.rows.status(SHOP) == before
    assert world.cluster.writes() == []
    assert len(world.tool.renders) == renders
    assert [call for call in world.git.calls if call.startswith("resolve")] == []


def test_some_objects_can_be_asked_for() -> None:
    world = unsynced({"shop/a.yaml": config_map("a"), "shop/b.yaml": config_map("b")})
    assert list(by_name(world, ResourceFilter(name="b"))) == ["b"]
    assert list(by_name(world, ResourceFilter(kind="ConfigMap", namespace="shop"))) == ["a", "b"]
    assert list(by_name(world, ResourceFilter(kind="Secret"))) == []


def test_no_value_of_a_secret_is_shown() -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s"},
        "stringData": {"password": "c4nary"},
    }
    world = unsynced({"shop/s.yaml": secret})
    assert "c4nary" not in json.dumps(by_name(world))


def test_children_that_live_here_are_compared_too() -> None:
    world = engine({"apps/shop.yaml": application(), "shop/greeting.yaml": config_map("greeting")})
    root = world.add(application("root", path="apps"))
    world.run_for(5)
    (child,) = world.views.differences(root)
    assert (child["kind"], child["name"], child["modified"]) == ("Application", "shop", False)


def test_what_keeps_a_look_from_being_made_is_raised() -> None:
    with pytest.raises(NotFoundError):
        engine().views.differences(SHOP)
    world = unsynced()
    world.receive_push(world.push({"shop/broken.yaml": b"no json"}))
    assert world.git.head(REPO)
    with pytest.raises(RenderError):
        world.views.differences(SHOP)
