"""A changed value restarts who uses it: where that is asked for, and once."""

from __future__ import annotations

from typing import Any

from shared.domain.events.key_vault import VaultEvent
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from tests.services.secret_worlds import VAULT, data_of, external, push, secrets_engine, store
from tests.services.worlds import Engine

USER, OTHER = (ResourceKey("apps", "Deployment", "shop", name) for name in ("web", "other"))


def asking() -> Manifest:
    manifest = external()
    manifest["metadata"]["annotations"] = {"tidegate.dev/restart-on-change": "true"}
    return manifest


def deployment(name: str, secret: str) -> Manifest:
    containers = [{"name": "c", "envFrom": [{"secretRef": {"name": secret}}]}]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"template": {"spec": {"containers": containers}}},
    }


def world_of(*manifests: Manifest) -> Engine:
    world = secrets_engine(store())
    world.cluster.add(deployment("web", "app-env"))
    world.cluster.add(deployment("other", "other-env"))
    push(world, store(), *manifests)
    return world


def marks(world: Engine, key: ResourceKey = USER) -> dict[str, Any]:
    template = world.cluster.objects[key]["spec"]["template"]
    return dict((template.get("metadata") or {}).get("annotations") or {})


def change(world: Engine, value: str) -> None:
    world.vaults.put(VAULT, "api-key", value)
    world.receive_vault_event(VaultEvent(VAULT, "api-key"))
    world.run_for(5)
    assert (data_of(world) or {})["API_KEY"] == value


def test_nobody_restarts_when_the_secret_is_made() -> None:
    assert marks(world_of(asking())) == {}


def test_who_uses_a_changed_secret_restarts_and_nobody_else() -> None:
    world = world_of(asking())
    change(world, "sk-two")
    first = marks(world)
    assert list(first) == ["secrets.tidegate.dev/app-env"]
    assert marks(world, OTHER) == {}
    change(world, "sk-three")
    assert marks(world) != first


def test_the_same_value_again_restarts_nobody() -> None:
    world = world_of(asking())
    change(world, "sk-two")
    before = marks(world)
    change(world, "sk-two")
    assert marks(world) == before


def test_without_being_asked_nobody_restarts() -> None:
    world = world_of(external())
    change(world, "sk-two")
    assert marks(world) == {}


def test_the_mark_shows_nothing_of_the_value() -> None:
    world = world_of(asking())
    change(world, "sk-two")
    assert "sk-two" not in str(world.cluster.objects[USER])
