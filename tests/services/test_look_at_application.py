"""What one look brings together, and what it refuses to guess."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.manifests.tracking import INSTALLATION, TRACKING_ID
from shared.errors import InvalidSpecError, NotFoundError, RenderError, UnavailableError
from shared.services.application_scene import Scene
from tests.services.worlds import REPO, SHOP, Engine, application, config_map, engine, synced_engine


def look(world: Engine) -> Scene:
    stored = world.rows.application(SHOP)
    assert stored is not None
    return world.look(stored, world.status())


def test_a_look_writes_nothing_to_the_cluster() -> None:
    world = engine()
    world.add()
    scene = look(world)
    assert world.cluster.writes() == []
    assert scene.comparison.revisions == (world.git.head(REPO),)
    assert [diff.key.name for diff in scene.comparison.resources] == ["greeting"]


def test_what_shall_be_carries_whose_it_is() -> None:
    world = engine()
    world.add()
    (manifest,) = look(world).site.desired.values()
    assert manifest["metadata"]["annotations"][TRACKING_ID] == "shop:/ConfigMap:shop/greeting"
    assert manifest["metadata"]["labels"][INSTALLATION] == world.installation()
    assert manifest["metadata"]["namespace"] == "shop"


def test_what_was_read_is_indexed_so_that_the_next_push_finds_its_way() -> None:
    world = engine()
    world.add()
    look(world)
    (source,) = world.index.tracking(REPO)
    assert (source.app, source.target_revision) == (SHOP, "main")
    assert source.paths == ("shop", "shop/greeting.yaml")


def test_after_a_render_that_failed_any_push_may_mend_it() -> None:
    world = engine({"shop/greeting.yaml": b"{broken"})
    world.add()
    with pytest.raises(RenderError):
        look(world)
    (source,) = world.index.tracking(REPO)
    assert source.paths == ()


def test_each_stage_of_a_change_has_its_time() -> None:
    world = engine()
    world.add()
    world.run_for(1)
    assert list(world.status().clock.durations()) == [
        "resolved",
        "rendered",
        "compared",
        "applied",
        "healthy",
    ]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"project": "payments"}, "spec.project"),
        ({"sourceHydrator": {"drySource": {"repoURL": REPO}, "syncSource": {"path": "a"}}}, "sourceHydrator"),
    ],
)
def test_what_is_not_built_yet_is_refused_and_not_half_done(spec: dict[str, Any], words: str) -> None:
    world = engine()
    world.add(application(**spec))
    with pytest.raises(InvalidSpecError, match=words):
        look(world)
    world.run_for(1)
    assert world.cluster.writes() == []


def test_hooks_are_refused_by_name() -> None:
    hook = config_map("migrate", annotations={"argocd.argoproj.io/hook": "PreSync"})
    world = engine({"shop/hook.yaml": {**hook, "kind": "Job", "apiVersion": "batch/v1"}})
    world.add()
    with pytest.raises(InvalidSpecError, match="Job migrate"):
        look(world)


def test_a_destination_that_nobody_knows_names_those_there_are() -> None:
    world = engine()
    world.add(application(destination={"name": "gone", "namespace": "shop"}))
    with pytest.raises(NotFoundError, match="in-cluster"):
        look(world)


def test_a_repository_or_a_cluster_that_is_away_is_raised() -> None:
    world = synced_engine()
    world.cluster.failure = UnavailableError("Cluster memory: does not answer")
    with pytest.raises(UnavailableError, match="Cluster memory"):
        look(world)


def test_a_warning_of_the_render_becomes_a_condition() -> None:
    world = engine({"shop/a.yaml": config_map("same"), "shop/b.yaml": config_map("same", "again")})
    world.add()
    world.run_for(1)
    assert [found.type for found in world.status().conditions] == ["RepeatedResourceWarning"]


def test_comparing_again_reads_and_renders_nothing() -> None:
    world = engine()
    world.add()
    scene = look(world)
    world.cluster.calls.clear()
    renders = len(world.tool.renders)
    world.look.again(scene)
    assert world.cluster.calls == []
    assert len(world.tool.renders) == renders


def test_objects_that_say_they_are_ours_are_ours_without_a_row_that_says_so() -> None:
    world = synced_engine()
    status = world.rows.status(SHOP)
    world.rows.save(status, type(status.status)())
    scene = look(world)
    assert [key.name for key in scene.tracked] == ["greeting"]
