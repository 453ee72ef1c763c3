"""An application goes, with its objects or without, in the order of its waves, and always ends."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.tracking import TRACKING_ID
from shared.errors import PermissionDeniedError, UnavailableError
from tests.services.worlds import REPO, SHOP, Engine, application, config_map, engine, synced_engine

WAVE = "argocd.argoproj.io/sync-wave"


def delete(world: Engine, *, cascade: bool | None = True, background: bool = False) -> None:
    world.create_application.delete(SHOP, cascade=cascade, background=background, who="alice")


def deletions(world: Engine) -> list[str]:
    return [call for call in world.cluster.calls if call.startswith("delete")]


def gone(world: Engine) -> bool:
    return world.rows.application(SHOP) is None


def deployed(*manifests: dict[str, Any], **spec: Any) -> Engine:
    world = engine({f"shop/{number}.yaml": manifest for number, manifest in enumerate(manifests)})
    world.add(application(**spec))
    world.run_for(5)
    assert world.state() == ("Synced", "Healthy")
    return world


def test_its_objects_go_first_and_then_all_that_we_remember() -> None:
    world = synced_engine()
    delete(world)
    world.run_for(3)
    assert world.cluster.named("ConfigMap") == []
    assert gone(world)
    assert world.rows.status(SHOP).etag is None
    assert world.rows.history(SHOP) == []
    assert world.index.tracking(REPO) == []


def test_without_cascade_they_stay() -> None:
    world = synced_engine()
    delete(world, cascade=False)
    world.run_for(3)
    assert gone(world)
    assert world.cluster.named("ConfigMap") == ["shop/greeting"]


@pytest.mark.parametrize(
    ("finalizers", "left"),
    [
        ([], ["shop/greeting"]),
        (["resources-finalizer.argocd.argoproj.io"], []),
        (["resources-finalizer.argocd.argoproj.io/background"], []),
        (["somebody.else/finalizer"], ["shop/greeting"]),
    ],
)
def test_the_finalizer_decides_where_nobody_says(finalizers: list[str], left: list[str]) -> None:
    world = engine()
    manifest = application()
    manifest["metadata"]["finalizers"] = finalizers
    world.add(manifest)
    world.run_for(5)
    delete(world, cascade=None)
    world.run_for(3)
    assert gone(world)
    assert world.cluster.named("ConfigMap") == left


@pytest.mark.parametrize(("background", "policy"), [(True, "Background"), (False, "Foreground")])
def test_the_policy_is_the_one_that_was_asked_for(background: bool, policy: str) -> None:
    world = synced_engine()
    delete(world, background=background)
    world.run_for(3)
    assert deletions(world) == [f"delete {policy} ConfigMap shop/greeting"]


def test_the_last_wave_goes_first_and_the_next_waits_until_it_is_gone() -> None:
    world = deployed(config_map("early"), config_map("late", annotations={WAVE: "5"}))
    world.cluster.finalizing = True
    delete(world)
    world.run_for(3)
    assert deletions(world) == ["delete Foreground ConfigMap shop/late"], "asked once, then waited for"
    assert "waiting for 2 objects to go" in world.status().conditions[0].message
    del world.cluster.objects[ResourceKey("", "ConfigMap", "shop", "late")]
    world.run_for(2)
    assert deletions(world)[1:] == ["delete Foreground ConfigMap shop/early"]


@pytest.mark.parametrize(
    "annotations",
    [
        {"argocd.argoproj.io/sync-options": "Delete=false"},
        {"helm.sh/resource-policy": "keep"},
    ],
)
def test_what_asks_to_stay_stays(annotations: dict[str, str]) -> None:
    world = deployed(config_map("greeting"), config_map("kept", annotations=annotations))
    delete(world)
    world.run_for(3)
    assert gone(world)
    assert world.cluster.named("ConfigMap") == ["shop/kept"]


def test_a_definition_stays_since_it_would_take_everybodys_objects_along() -> None:
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {"group": "example.com"},
        "status": {"conditions": [{"type": "Established", "status": "True"}]},
    }
    world = deployed(definition)
    delete(world)
    world.run_for(3)
    assert gone(world)
    assert world.cluster.named("CustomResourceDefinition") == ["/widgets.example.com"]


def test_what_another_application_tracks_by_now_is_not_ours_to_delete() -> None:
    world = synced_engine()
    found = world.cluster.objects[ResourceKey("", "ConfigMap", "shop", "greeting")]
    found["metadata"]["annotations"][TRACKING_ID] = "other:/ConfigMap:shop/greeting"
    delete(world)
    world.run_for(3)
    assert gone(world)
    assert world.cluster.named("ConfigMap") == ["shop/greeting"]


def test_a_cluster_that_is_away_is_waited_for() -> None:
    world = synced_engine()
    world.cluster.failure = UnavailableError("Cluster memory: does not answer")
    delete(world)
    world.run_for(60)
    assert not gone(world)
    world.cluster.failure = None
    world.run_for(120)
    assert gone(world)
    assert world.cluster.named("ConfigMap") == []


@pytest.mark.parametrize(
    "failure",
    [
        UnavailableError("Cluster memory: does not answer"),
        PermissionDeniedError("Cluster memory: may not delete"),
    ],
)
def test_it_ends_at_its_deadline_whatever_stands_in_its_way(failure: Exception) -> None:
    world = synced_engine()
    world.cluster.failure = failure  # type: ignore[assignment]
    delete(world)
    world.run_for(10 * 60)
    assert not gone(world)
    assert world.status().conditions
    world.run_for(11 * 60)
    assert gone(world)


def test_one_object_that_may_not_be_deleted_holds_up_no_other() -> None:
    world = deployed(config_map("a"), config_map("b"))
    denied = PermissionDeniedError("ConfigMap shop/a: may not be deleted")
    world.cluster.refusals["delete Foreground ConfigMap shop/a"] = denied
    delete(world)
    world.run_for(3)
    assert world.cluster.named("ConfigMap") == ["shop/a"]
    assert str(denied) in world.status().conditions[0].message


def test_a_destination_that_nobody_knows_any_more_holds_nothing_back() -> None:
    world = synced_engine()
    stored = world.rows.application(SHOP)
    assert stored is not None
    manifest = application(destination={"name": "gone", "namespace": "shop"})
    world.create_application.update(manifest, who="alice")
    delete(world)
    world.run_for(3)
    assert gone(world)


def test_a_parent_takes_its_children_along_when_its_finalizer_says_so() -> None:
    child = application()
    child["metadata"]["finalizers"] = ["resources-finalizer.argocd.argoproj.io"]
    world = engine({"apps/shop.yaml": child, "shop/greeting.yaml": config_map("greeting")})
    root = world.add(application("root", path="apps"))
    world.run_for(5)
    assert world.state(SHOP) == ("Synced", "Healthy")
    world.create_application.delete(root, cascade=True, background=False, who="alice")
    world.run_for(10)
    assert world.rows.application(root) is None
    assert gone(world)
    assert world.cluster.named("ConfigMap") == []
