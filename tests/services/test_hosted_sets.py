"""ApplicationSets in our store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.domain.specs.app_ref import AppRef
from shared.errors import ConflictError, InvalidSpecError
from tests.services.worlds import REPO, Engine, engine

ALL = AppRef("argocd", "all")


def a_set(*names: str, **metadata: Any) -> dict[str, Any]:
    elements = [{"name": name} for name in names]
    spec = {
        "source": {"repoURL": REPO, "path": "shop"},
        "destination": {"name": "in-cluster", "namespace": "{{name}}"},
        "syncPolicy": {"automated": {}},
    }
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": {"name": "all", "namespace": "argocd", **metadata},
        "spec": {
            "generators": [{"list": {"elements": elements}}],
            "template": {"metadata": {"name": "shop-{{name}}"}, "spec": spec},
        },
    }


def made(world: Engine) -> list[str]:
    return [ref.name for ref in world.hosted_sets.generated(ALL)]


def test_a_set_makes_its_applications() -> None:
    world = engine()
    assert world.hosted_sets.apply(a_set("dev", "prod"), "api") == "applicationset.argoproj.io/all created"
    assert made(world) == ["shop-dev", "shop-prod"]


def test_an_application_that_leaves_the_set_goes_and_the_others_stay() -> None:
    world = engine()
    world.hosted_sets.apply(a_set("dev", "prod"), "api")
    world.hosted_sets.apply(a_set("prod"), "api")
    world.run_for(5)
    assert made(world) == ["shop-prod"]


def test_a_generator_error_changes_nothing_and_is_shown() -> None:
    world = engine()
    world.hosted_sets.apply(a_set("dev", "prod"), "api")
    wrong = a_set("prod")
    wrong["spec"]["generators"].append({"git": {}})
    world.hosted_sets.apply(wrong, "api")
    world.run_for(5)
    found = world.hosted_sets.get(ALL)
    assert made(world) == ["shop-dev", "shop-prod"]
    assert found is not None
    assert "git" in found.error


def test_an_empty_generator_removes_nothing_without_a_person() -> None:
    world = engine()
    world.hosted_sets.apply(a_set("dev", "prod"), "api")
    world.hosted_sets.apply(a_set(), "api")
    world.run_for(5)
    found = world.hosted_sets.get(ALL)
    assert made(world) == ["shop-dev", "shop-prod"]
    assert found is not None
    assert "2 of its 2 applications would be removed" in found.error


def test_a_person_may_approve_it() -> None:
    world = engine()
    world.hosted_sets.apply(a_set("dev", "prod"), "api")
    approved = {"argocd.argoproj.io/deletion-approved": world.clock.now().isoformat()}
    world.hosted_sets.apply(a_set(annotations=approved), "api")
    world.run_for(5)
    assert made(world) == []


@pytest.mark.parametrize("hours", [-2, 2])
def test_an_approval_of_long_ago_or_of_a_time_to_come_does_not_count(hours: int) -> None:
    world = engine()
    world.hosted_sets.apply(a_set("dev", "prod"), "api")
    moment = world.clock.now() + timedelta(hours=hours)
    approved = {"argocd.argoproj.io/deletion-approved": moment.isoformat()}
    world.hosted_sets.apply(a_set(annotations=approved), "api")
    world.run_for(5)
    assert made(world) == ["shop-dev", "shop-prod"]


def test_an_error_that_is_mended_is_gone() -> None:
    world = engine()
    wrong = a_set("prod")
    wrong["spec"]["generators"].append({"git": {}})
    world.hosted_sets.apply(wrong, "api")
    world.hosted_sets.apply(a_set("prod"), "api")
    found = world.hosted_sets.get(ALL)
    assert found is not None
    assert (made(world), found.error) == (["shop-prod"], "")


def test_a_removed_set_takes_its_applications_along() -> None:
    world = engine()
    world.hosted_sets.apply(a_set("dev", "prod"), "api")
    world.hosted_sets.remove(ALL)
    world.run_for(5)
    assert made(world) == []
    assert world.hosted_sets.get(ALL) is None


def test_a_set_never_takes_the_application_of_another() -> None:
    world = engine()
    other = a_set("prod")
    other["metadata"]["name"] = "other"
    world.hosted_sets.apply(other, "api")
    world.hosted_sets.apply(a_set("prod"), "api")
    found = world.hosted_sets.get(ALL)
    assert found is not None
    assert "belongs to argocd/other already" in found.error


def test_a_set_belongs_to_one_parent() -> None:
    world = engine()
    world.hosted_sets.apply(a_set("prod"), "parent:argocd/one")
    with pytest.raises(ConflictError, match="belongs to argocd/one"):
        world.hosted_sets.apply(a_set("prod"), "parent:argocd/two")


def test_a_set_that_cannot_be_read_is_refused_and_not_stored() -> None:
    world = engine()
    wrong = a_set("prod")
    wrong["spec"]["goTemplate"] = True
    with pytest.raises(InvalidSpecError, match="goTemplate"):
        world.hosted_sets.apply(wrong, "api")
    assert world.hosted_sets.get(ALL) is None


def test_sets_are_generated_again_by_the_timer() -> None:
    world = engine()
    world.hosted_sets.apply(a_set("prod"), "api")
    world.hosted_applications.remove(AppRef("argocd", "shop-prod"))
    world.run_for(5)
    world.hosted_sets.regenerate()
    assert made(world) == ["shop-prod"]
