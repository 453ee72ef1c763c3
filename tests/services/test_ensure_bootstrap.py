"""The root application of the settings."""

from __future__ import annotations

import pytest

from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.bootstrap import Bootstrap
from tests.services.worlds import REPO, SHOP, Engine, application, config_map, engine

ROOT = AppRef("argocd", "root-app")
FILES = {"apps/shop.yaml": application(), "shop/greeting.yaml": config_map("greeting")}


def restarted(world: Engine, settings: Bootstrap) -> None:
    """Ensure it once more with other settings, on the same rows."""
    again = engine(bootstrap=settings)
    again.memory.documents = world.ports.documents
    again.ensure_bootstrap()


def test_without_a_repository_there_is_no_root() -> None:
    world = engine()
    world.ensure_bootstrap()
    assert list(world.rows.applications()) == []


def test_everything_comes_from_the_root() -> None:
    world = engine(FILES, bootstrap=Bootstrap(REPO))
    world.ensure_bootstrap()
    world.run_for(5)
    assert world.state(ROOT) == ("Synced", "Healthy")
    assert world.state(SHOP) == ("Synced", "Healthy")
    stored = world.rows.application(SHOP)
    assert stored is not None
    assert stored.origin == "parent:argocd/root-app"


def test_again_at_every_start_it_changes_nothing() -> None:
    world = engine(FILES, bootstrap=Bootstrap(REPO))
    world.ensure_bootstrap()
    world.run_for(5)
    before = world.rows.application(ROOT)
    world.ensure_bootstrap()
    assert world.rows.application(ROOT) == before
    assert not world.status(ROOT).wake.token


@pytest.mark.parametrize(
    "settings", [Bootstrap(REPO, path="other"), Bootstrap(REPO, revision="v2"), Bootstrap(f"{REPO}-2")]
)
def test_other_settings_change_the_root_and_wake_it(settings: Bootstrap) -> None:
    world = engine(FILES, bootstrap=Bootstrap(REPO))
    world.ensure_bootstrap()
    world.run_for(5)
    restarted(world, settings)
    stored = world.rows.application(ROOT)
    assert stored is not None
    assert stored.generation == 2
    source = stored.manifest["spec"]["source"]
    assert (source["repoURL"], source["path"], source["targetRevision"]) == (
        settings.repo_url,
        settings.path,
        settings.revision,
    )
    assert world.status(ROOT).wake.token


def test_an_application_of_that_name_that_a_person_made_is_theirs() -> None:
    world = engine(FILES, bootstrap=Bootstrap(REPO))
    world.add(application("root-app", path="apps"))
    before = world.rows.application(ROOT)
    world.ensure_bootstrap()
    assert world.rows.application(ROOT) == before


def test_its_name_and_namespace_are_settings() -> None:
    world = engine(FILES, bootstrap=Bootstrap(REPO, name="start"), control_namespace="delivery")
    world.ensure_bootstrap()
    assert [stored.ref for stored in world.rows.applications()] == [AppRef("delivery", "start")]
