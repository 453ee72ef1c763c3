"""Objects that live in our store, kind by kind."""

from __future__ import annotations

import pytest

from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.app_ref import AppRef
from shared.errors import InvalidSpecError
from tests.services.test_hosted_sets import a_set
from tests.services.worlds import application, engine

ROOT, OTHER = AppRef("argocd", "root"), AppRef("argocd", "other")


def key(kind: str, name: str) -> ResourceKey:
    return ResourceKey("argoproj.io", kind, "argocd", name)


def test_applications_and_sets_are_taken_over_and_seen_by_their_parent_only() -> None:
    world = engine()
    world.hosted.apply(ROOT, application())
    world.hosted.apply(ROOT, a_set("dev"))
    wanted = [key("Application", "shop"), key("ApplicationSet", "all")]
    assert set(world.hosted.live(ROOT, wanted)) == set(wanted)
    assert world.hosted.live(OTHER, wanted) == {}


def test_a_kind_that_is_not_taken_over_yet_is_refused_with_the_way_out() -> None:
    project = {"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject", "metadata": {"name": "p"}}
    with pytest.raises(InvalidSpecError, match=r"tidegate\.dev/hosted"):
        engine().hosted.apply(ROOT, project)


def test_pruning_a_set_reaches_its_applications() -> None:
    world = engine()
    world.hosted.apply(ROOT, a_set("dev", "prod"))
    world.run_for(5)
    children = [key("ApplicationSet", "all")]
    reach = world.hosted.reach(ROOT, children, children)
    kinds = sorted(found.kind for found in reach.removed)
    assert kinds == ["Application", "Application", "ConfigMap", "ConfigMap"]


def test_what_stays_removes_nothing() -> None:
    world = engine()
    world.hosted.apply(ROOT, a_set("dev"))
    world.run_for(5)
    assert world.hosted.reach(ROOT, [key("ApplicationSet", "all")], []).removed == ()


@pytest.mark.parametrize(("kind", "name"), [("Application", "shop"), ("ApplicationSet", "all")])
def test_what_is_pruned_goes(kind: str, name: str) -> None:
    world = engine()
    world.hosted.apply(ROOT, application() if kind == "Application" else a_set("dev"))
    world.hosted.prune(ROOT, key(kind, name))
    world.run_for(5)
    assert world.hosted.live(ROOT, [key(kind, name)]) == {}
