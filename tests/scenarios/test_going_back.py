"""Rollbacks, and applications that go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sandbox.demo.world import TYPES
from tests.scenarios.local_world import LocalWorld, config_map, deployment

CASCADE = "/api/v1/applications/shop?cascade=true"


def image(world: LocalWorld) -> str:
    found = world.live("Deployment", "web") or {}
    return str(found["spec"]["template"]["spec"]["containers"][0]["image"]).rpartition(":")[2]


def test_a_rollback_pins_until_the_next_commit(local_world: Callable[..., LocalWorld]) -> None:
    world = local_world()
    first = world.push({"shop/web.yaml": deployment(tag="1")})
    world.create("shop")
    world.comes_to("shop", first)
    bad = world.push({"shop/web.yaml": deployment(tag="2")})
    world.comes_to("shop", bad)
    history = world.status("shop")["history"]
    world.api.call("POST", "/api/v1/applications/shop/rollback", {"id": history[0]["id"]})
    world.eventually(lambda: image(world) == "1", "shop")
    world.comes_to("shop", first)
    changes = world.changes()
    world.world.poll()
    world.world.scan()
    world.api.call("GET", "/api/v1/applications/shop?refresh=hard")
    world.eventually(lambda: world.waiting() == 0)
    assert (image(world), world.changes()) == ("1", changes), "auto-sync brought the rejected revision back"
    good = world.push({"shop/web.yaml": deployment(tag="3")})
    world.comes_to("shop", good)
    assert image(world) == "3"
    assert [entry["revision"] for entry in world.status("shop")["history"]] == [first, bad, first, good]


def test_a_pinned_application_is_still_healed(local_world: Callable[..., LocalWorld]) -> None:
    world = local_world()
    first = world.push({"shop/web.yaml": deployment(tag="1")})
    world.create("shop")
    world.comes_to("shop", first)
    world.comes_to("shop", world.push({"shop/web.yaml": deployment(tag="2")}))
    world.api.call(
        "POST", "/api/v1/applications/shop/rollback", {"id": world.status("shop")["history"][0]["id"]}
    )
    world.eventually(lambda: image(world) == "1", "shop")
    world.comes_to("shop", first)
    world.objects.patch(TYPES["Deployment"], world.name, "web", {"spec": {"replicas": 4}})
    world.eventually(lambda: (world.live("Deployment", "web") or {})["spec"]["replicas"] == 1, "shop")
    assert image(world) == "1"


def test_a_deletion_takes_the_objects_along(local_world: Callable[..., LocalWorld]) -> None:
    world = local_world()
    world.push({"shop/web.yaml": deployment(), "shop/a.yaml": config_map("a")})
    world.create("shop")
    world.comes_to("shop", world.copy.head())
    world.api.call("DELETE", CASCADE)
    world.eventually(lambda: not world.api.exists("shop"), "shop")
    assert world.live("Deployment", "web") is None
    assert world.live("ConfigMap", "a") is None


def test_a_deletion_that_is_stuck_says_on_what_and_ends_at_its_deadline(
    local_world: Callable[..., LocalWorld],
) -> None:
    world = local_world()
    world.push(
        {
            "shop/stuck.yaml": config_map("stuck", finalizers=["example.com/never"]),
            "shop/a.yaml": config_map("a"),
        }
    )
    world.create("shop")
    world.comes_to("shop", world.copy.head())
    world.api.call("DELETE", CASCADE)
    world.eventually(lambda: "stuck" in world.conditions("shop"), "shop")
    world.eventually(lambda: "DeletionError: waiting for 1 objects" in world.conditions("shop"), "shop")
    assert world.live("ConfigMap", "a") is None
    world.clock.advance(timedelta(minutes=16))
    world.eventually(lambda: not world.api.exists("shop"), "shop")
    left = world.live("ConfigMap", "stuck") or {}
    assert left["metadata"]["deletionTimestamp"], "it goes when its finalizer does"
    world.objects.patch(TYPES["ConfigMap"], world.name, "stuck", {"metadata": {"finalizers": None}})
