"""What is wrong with one application or one cluster is said there, and touches no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.cluster.server import Absence, SandboxCluster
from tests.scenarios.local_world import LocalWorld, Surroundings, config_map, deployment


@pytest.fixture
def world(local_world: Callable[..., LocalWorld]) -> LocalWorld:
    """Application `good` runs; what comes beside it must not touch it."""
    made = local_world()
    made.push({"good/web.yaml": deployment(), "bad/a.yaml": config_map("a")})
    made.create("good")
    made.comes_to("good", made.copy.head())
    return made


def goes_on(world: LocalWorld, tag: str = "2") -> None:
    """The good application still follows Git."""
    after = world.push({"good/web.yaml": deployment(tag=tag)})
    world.comes_to("good", after)


def test_what_does_not_render_says_where(world: LocalWorld) -> None:
    world.copy.commit({"bad/b.yaml": b"apiVersion: v1\nkind: ConfigMap\nmetadata: [1\n"}, "Break it")
    world.create("bad")
    world.eventually(lambda: "ComparisonError" in world.conditions("bad"), "bad")
    assert "b.yaml" in world.conditions("bad")
    assert world.status("bad")["sync"]["status"] == "Unknown"
    goes_on(world)
    world.copy.commit({"bad/b.yaml": None}, "Mend it")
    world.eventually(lambda: world.status("bad")["sync"]["status"] == "Synced", "bad")
    assert world.conditions("bad") == ""


def test_a_field_that_waits_for_a_later_version_is_named(world: LocalWorld) -> None:
    world.create("bad", source={"repoURL": world.url, "path": "bad", "plugin": {"name": "mine"}})
    world.eventually(lambda: "plugin" in world.conditions("bad"), "bad")
    goes_on(world)


def test_an_unknown_cluster_is_named_with_those_that_are_known(world: LocalWorld) -> None:
    world.create("bad", destination={"name": "nowhere", "namespace": world.name})
    world.eventually(lambda: "nowhere" in world.conditions("bad"), "bad")
    assert "in-cluster" in world.conditions("bad")
    goes_on(world)


def test_an_object_that_two_applications_declare_is_refused_naming_both(world: LocalWorld) -> None:
    world.push({"bad/web.yaml": deployment(tag="mine")})
    world.create("bad")
    world.eventually(lambda: world.operation("bad").get("phase") in ("Failed", "Running"), "bad")
    world.eventually(lambda: "good" in world.operation("bad").get("message", ""), "bad")
    message = world.operation("bad")["message"]
    assert "Deployment" in message
    assert "bad" in message
    found = world.live("Deployment", "web") or {}
    assert found["spec"]["template"]["spec"]["containers"][0]["image"].endswith(":1")
    goes_on(world)


def test_retries_of_a_failing_sync_end_with_the_next_revision(world: LocalWorld) -> None:
    wrong = deployment("wrong")
    wrong["spec"]["selector"] = {"matchLabels": {"app": "another"}}
    refused = world.push({"bad/wrong.yaml": wrong})
    world.create("bad", automated={"prune": True, "selfHeal": True})
    world.eventually(lambda: "Retrying attempt" in world.operation("bad").get("message", ""), "bad")
    mended = world.push({"bad/wrong.yaml": deployment("wrong")})
    world.comes_to("bad", mended)
    deployed = [entry["revision"] for entry in world.status("bad")["history"]]
    assert deployed[-1] == mended
    assert refused not in deployed
    assert world.operation("bad")["phase"] == "Succeeded"
    changes = world.changes()
    world.world.scan()
    world.eventually(lambda: world.waiting() == 0)
    assert world.changes() == changes


def test_a_message_that_meets_a_bug_is_recorded_and_holds_up_nobody(
    local_world: Callable[..., LocalWorld],
) -> None:
    world = local_world(retry_bugs_at_once=True)
    for queue in ("work", "events"):
        world.queues(queue).send('{"v": 1, "kind": "nobody knows this"}')
    documents = world.world.ports.documents
    world.eventually(lambda: len(documents.scan("poison").documents) == 2)
    kept = {found.body["queue"]: found.body["text"] for found in documents.scan("poison").documents}
    assert kept == dict.fromkeys(("work", "events"), '{"v": 1, "kind": "nobody knows this"}')
    world.push({"shop/web.yaml": deployment()})
    world.create("shop")
    world.comes_to("shop", world.copy.head())


@pytest.fixture
def far() -> Iterator[SandboxCluster]:
    with SandboxCluster("far", pod_seconds=0.01) as cluster:
        yield cluster


@pytest.mark.parametrize("how", list(Absence))
def test_a_cluster_that_is_away_says_so_holds_up_no_other_and_loses_nothing(
    local_world: Callable[..., LocalWorld], surroundings: Surroundings, far: SandboxCluster, how: Absence
) -> None:
    world = local_world(kubeconfig=_both(surroundings.cluster, far))
    world.push({"near/web.yaml": deployment(), "far/web.yaml": deployment("far")})
    world.create("near")
    world.create("far", destination={"name": "far", "namespace": world.name})
    world.comes_to("near", world.copy.head())
    world.comes_to("far", world.copy.head())
    far.away(how)
    try:
        after = world.push({"near/web.yaml": deployment(tag="2"), "far/web.yaml": deployment("far", tag="2")})
        world.comes_to("near", after)
        world.eventually(lambda: "Error" in world.conditions("far"), "far")
    finally:
        far.back()
    world.comes_to("far", after)
    assert world.conditions("far") == ""
    assert len(world.status("far")["history"]) == 2


def _both(near: SandboxCluster, far: SandboxCluster) -> dict[str, Any]:
    """One kubeconfig for two clusters; the near one is current."""
    one, other = near.kubeconfig(), far.kubeconfig()
    return {**one, **{name: one[name] + other[name] for name in ("clusters", "users", "contexts")}}
