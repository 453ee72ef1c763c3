"""Applications that an Application renders: kept in our store, taken over, shown and removed."""

from __future__ import annotations

import pytest

from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Cascade
from shared.errors import ConflictError, InvalidSpecError
from tests.services.worlds import SHOP, application, config_map, engine, synced_engine

ROOT, OTHER = "parent:argocd/root", "parent:argocd/other"
KEY = ResourceKey("argoproj.io", "Application", "argocd", "shop")
FINALIZER = "resources-finalizer.argocd.argoproj.io"


def test_a_child_is_created_then_unchanged_then_configured() -> None:
    hosted = engine().hosted_applications
    assert hosted.apply(application(), ROOT) == "application.argoproj.io/shop created"
    assert hosted.apply(application(), ROOT) == "application.argoproj.io/shop unchanged"
    assert hosted.apply(application(path="x"), ROOT) == "application.argoproj.io/shop configured"


def test_a_child_that_changes_is_woken_and_one_that_does_not_is_not() -> None:
    world = engine()
    world.hosted_applications.apply(application(), ROOT)
    token = world.status().wake.token
    assert token
    world.hosted_applications.apply(application(), ROOT)
    assert world.status().wake.token == token
    world.hosted_applications.apply(application(path="x"), ROOT)
    assert world.status().wake.token != token


def test_a_child_of_another_parent_is_refused() -> None:
    hosted = engine().hosted_applications
    hosted.apply(application(), ROOT)
    with pytest.raises(ConflictError, match="belongs to argocd/root already"):
        hosted.apply(application(), OTHER)


def test_what_a_person_made_is_taken_over_by_git() -> None:
    world = engine()
    world.add()
    assert world.hosted_applications.apply(application(), ROOT).endswith("configured")
    stored = world.rows.application(SHOP)
    assert stored is not None
    assert stored.origin == ROOT


def test_a_child_that_is_wrong_is_not_stored() -> None:
    world = engine()
    with pytest.raises(InvalidSpecError):
        world.hosted_applications.apply({**application(), "spec": {}}, ROOT)
    assert world.rows.application(SHOP) is None


def test_what_is_shown_of_a_child_is_its_document_with_sync_and_health() -> None:
    world = synced_engine()
    found = world.hosted_applications.live([KEY], ROOT)[KEY]
    assert found["spec"] == application()["spec"]
    assert found["status"]["sync"] == {"status": "Synced", "revision": world.status().revisions[0]}
    assert found["status"]["health"]["status"] == "Healthy"


def test_what_belongs_to_another_is_not_shown_as_ours() -> None:
    world = engine()
    world.hosted_applications.apply(application(), ROOT)
    assert list(world.hosted_applications.live([KEY], ROOT)) == [KEY]
    assert world.hosted_applications.live([KEY], OTHER) == {}


def test_those_of_one_parent_are_found() -> None:
    hosted = engine().hosted_applications
    hosted.apply(application("b"), ROOT)
    hosted.apply(application("a"), ROOT)
    hosted.apply(application("c"), OTHER)
    assert [ref.name for ref in hosted.of_origin(ROOT)] == ["a", "b"]


def test_removing_a_child_marks_it_with_a_deadline_and_wakes_it() -> None:
    world = synced_engine()
    world.hosted_applications.remove(SHOP)
    deletion = world.status().deletion
    assert deletion is not None
    assert deletion.cascade == Cascade.NONE
    assert deletion.deadline > world.clock.now()
    assert world.status().wake.token


def test_asking_twice_prolongs_nothing() -> None:
    world = synced_engine()
    world.hosted_applications.remove(SHOP)
    first = world.status().deletion
    world.hosted_applications.remove(SHOP)
    assert world.status().deletion == first
    world.hosted_applications.remove(AppRef("argocd", "nobody"))


def test_a_cascade_counts_the_objects_that_go_with_a_child() -> None:
    child = application()
    child["metadata"]["finalizers"] = [FINALIZER]
    world = engine({"shop/a.yaml": config_map("a"), "shop/b.yaml": config_map("b")})
    world.hosted_applications.apply(child, ROOT)
    world.run_for(5)
    reach = world.hosted_applications.reach([KEY], [KEY])
    assert sorted(key.name for key in reach.removed) == ["a", "b"]
    assert reach.reachable == 3
    assert world.hosted_applications.reach([KEY], []).removed == ()


def test_without_the_finalizer_nothing_goes_with_it() -> None:
    world = engine()
    world.hosted_applications.apply(application(), ROOT)
    world.run_for(5)
    reach = world.hosted_applications.reach([KEY], [KEY])
    assert (reach.removed, reach.reachable) == ((), 2)
