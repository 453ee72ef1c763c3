"""Applications as clients see them."""

from __future__ import annotations

import pytest

from shared.domain.specs.app_ref import AppRef
from shared.errors import NotFoundError
from tests.services.worlds import SHOP, application, engine, synced_engine


def test_one_application_with_its_history() -> None:
    world = synced_engine()
    found = world.show_applications.one(SHOP)
    assert found["spec"] == application()["spec"]
    assert found["metadata"]["creationTimestamp"].startswith("2026-01-01T12:00:00")
    assert len(found["status"]["history"]) == 1


def test_the_version_changes_with_the_document_and_with_the_status() -> None:
    world = synced_engine()
    versions = [world.show_applications.one(SHOP)["metadata"]["resourceVersion"]]
    world.wake(SHOP, "live")
    versions.append(world.show_applications.one(SHOP)["metadata"]["resourceVersion"])
    world.create_application.update(application(path="other"), who="alice")
    versions.append(world.show_applications.one(SHOP)["metadata"]["resourceVersion"])
    assert len(set(versions)) == 3


def test_one_that_is_not_there_is_named_in_argo_cds_words() -> None:
    with pytest.raises(NotFoundError, match=r'^applications\.argoproj\.io "shop" not found$'):
        engine().show_applications.one(SHOP)


def test_many_come_in_the_order_of_namespace_and_name_with_every_filter_kept() -> None:
    world = engine()
    for name, project, team in (("web", "a", "red"), ("api", "b", "red"), ("db", "a", "blue")):
        manifest = application(name, project=project)
        manifest["metadata"]["labels"] = {"team": team}
        world.add(manifest)

    def names(**filters: object) -> list[str]:
        found = world.show_applications.many(**filters)  # type: ignore[arg-type]
        return [item["metadata"]["name"] for item in found]

    assert names() == ["api", "db", "web"]
    assert names(projects=["a"]) == ["db", "web"]
    assert names(labels=[("team", "red")]) == ["api", "web"]
    assert names(projects=["a"], labels=[("team", "red")]) == ["web"]
    assert names(namespace="elsewhere") == []


def test_an_application_without_a_project_is_of_the_default_one() -> None:
    world = engine()
    manifest = application()
    del manifest["spec"]["project"]
    world.add(manifest)
    assert len(world.show_applications.many(projects=["default"])) == 1


def test_an_application_that_was_never_looked_at_is_shown_as_unknown() -> None:
    world = engine()
    ref: AppRef = world.add()
    assert world.show_applications.one(ref)["status"]["sync"]["status"] == "Unknown"
