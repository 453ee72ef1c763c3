"""Create, update, delete: what is stored, woken and written into the audit log."""

from __future__ import annotations

import pytest

from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Cascade
from shared.errors import InvalidRequestError, InvalidSpecError, NotFoundError
from tests.services.worlds import SHOP, Engine, application, engine


def audited(world: Engine) -> list[str]:
    return [entry.what for entry in world.audit.entries()[0]]


def test_a_new_application_is_stored_woken_and_audited() -> None:
    world = engine()
    assert world.create_application(application(), upsert=False, who="alice") == SHOP
    stored = world.rows.application(SHOP)
    assert stored is not None
    assert (stored.manifest, stored.origin, stored.generation) == (application(), "api", 1)
    assert world.status().wake.reasons == ("spec",)
    assert audited(world) == ["application.create"]


def test_the_namespace_is_filled_in_and_a_status_is_not_stored() -> None:
    world = engine()
    manifest = {**application(), "status": {"sync": {"status": "Synced"}}}
    manifest["metadata"] = {"name": "shop", "labels": {"team": "a"}}
    world.create_application(manifest, upsert=False, who="alice")
    stored = world.rows.application(SHOP)
    assert stored is not None
    assert stored.manifest["metadata"] == {
        "name": "shop",
        "namespace": "argocd",
        "labels": {"team": "a"},
    }
    assert "status" not in stored.manifest


def test_the_same_again_is_no_change_and_no_entry() -> None:
    world = engine()
    world.add()
    world.run_for(5)
    world.add()
    assert not world.status().wake.token
    assert audited(world) == ["application.create"]


def test_another_spec_needs_upsert() -> None:
    world = engine()
    world.add()
    with pytest.raises(InvalidRequestError, match="use upsert flag to force update"):
        world.create_application(application(path="x"), upsert=False, who="alice")
    world.create_application(application(path="x"), upsert=True, who="alice")
    stored = world.rows.application(SHOP)
    assert stored is not None
    assert (stored.manifest["spec"]["source"]["path"], stored.generation) == ("x", 2)


def test_an_update_keeps_where_it_came_from_and_when() -> None:
    world = engine()
    world.hosted_applications.apply(application(), "parent:argocd/root")
    world.create_application.update(application(path="x"), who="alice")
    stored = world.rows.application(SHOP)
    assert stored is not None
    assert (stored.origin, stored.generation) == ("parent:argocd/root", 2)


def test_what_is_wrong_is_refused_before_anything_is_stored_or_audited() -> None:
    world = engine()
    with pytest.raises(InvalidSpecError):
        world.create_application({**application(), "spec": {}}, upsert=True, who="alice")
    assert list(world.rows.applications()) == []
    assert audited(world) == []


def test_nobody_can_be_updated_or_deleted() -> None:
    world = engine()
    with pytest.raises(NotFoundError):
        world.create_application.update(application(), who="alice")
    with pytest.raises(NotFoundError):
        world.create_application.delete(SHOP, cascade=True, background=False, who="alice")
    assert audited(world) == []


@pytest.mark.parametrize(
    ("cascade", "background", "expected"),
    [
        (None, False, Cascade.NONE),
        (False, False, Cascade.NONE),
        (True, False, Cascade.FOREGROUND),
        (True, True, Cascade.BACKGROUND),
    ],
)
def test_a_deletion_is_marked_in_the_row_with_what_was_asked_for(
    cascade: bool | None, background: bool, expected: Cascade
) -> None:
    world = engine()
    world.add()
    world.create_application.delete(SHOP, cascade=cascade, background=background, who="alice")
    deletion = world.status().deletion
    assert deletion is not None
    assert deletion.cascade == expected
    assert sorted(audited(world)) == ["application.create", "application.delete"]


def test_an_application_outside_of_the_control_namespace_keeps_its_own() -> None:
    world = engine()
    manifest = application()
    manifest["metadata"]["namespace"] = "team-a"
    assert world.add(manifest) == AppRef("team-a", "shop")
