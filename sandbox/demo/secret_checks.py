"""What the demo promises of secrets: from the vault to the Kubernetes Secret, and nowhere else."""

from __future__ import annotations

import base64
import secrets

from sandbox.demo.checks import Check, all_healthy, require, seen
from sandbox.demo.vaults import API_KEY, DATABASE, VAULT
from sandbox.demo.world import TYPES, DemoWorld, eventually
from shared.domain.manifests.manifest import metadata_of
from shared.ports.cluster_objects import Propagation

_NAMESPACE, _TARGET = "production", "ai-app-env-secrets"


def value_of(world: DemoWorld, key: str) -> str | None:
    """What the Secret that the user's ExternalSecret names holds under a key."""
    found = (world.get("Secret", _NAMESPACE, _TARGET) or {}).get("data") or {}
    return base64.b64decode(found[key]).decode() if key in found else None


def _set(world: DemoWorld) -> None:
    value = f"sk-{secrets.token_hex(8)}"
    world.set_secret(API_KEY, value)
    require(eventually(lambda: value_of(world, "OPENAI_API_KEY") == value, 5), seen(world, "secrets"))
    require(value not in world.tidegate.log(), "the value stands in Tidegate's log")


def _lost_event(world: DemoWorld) -> None:
    value = f"postgres://{secrets.token_hex(8)}"
    world.vaults.vaults.events.losing = True
    try:
        world.set_secret(DATABASE, value)
        require(eventually(lambda: value_of(world, "DATABASE_URL") == value, 15), seen(world, "secrets"))
    finally:
        world.vaults.vaults.events.losing = False


def _put_back(world: DemoWorld) -> None:
    wanted = value_of(world, "OPENAI_API_KEY")
    patch = {"data": {"OPENAI_API_KEY": base64.b64encode(b"by hand").decode()}}
    world.cluster.objects.patch(TYPES["Secret"], _NAMESPACE, _TARGET, patch)
    require(eventually(lambda: value_of(world, "OPENAI_API_KEY") == wanted, 15), "the hand-made value stayed")
    deleted = _uid(world)
    world.cluster.objects.delete(
        TYPES["Secret"], _NAMESPACE, _TARGET, propagation=Propagation.BACKGROUND
    )  # as kubectl does

    def came_back() -> bool:
        return _uid(world) not in ("", deleted) and value_of(world, "OPENAI_API_KEY") == wanted

    require(eventually(came_back, 15), "the Secret did not come back")


def _uid(world: DemoWorld) -> str:
    return str(metadata_of(world.get("Secret", _NAMESPACE, _TARGET) or {}).get("uid") or "")


def _disabled(world: DemoWorld) -> None:
    wanted = value_of(world, "OPENAI_API_KEY")
    world.vaults.vaults.change(VAULT, API_KEY, enabled=False)

    def says_so() -> bool:
        health = world.api.application("secrets")["status"]["health"]
        return health["status"] == "Degraded" and API_KEY in health.get("message", "")

    require(eventually(says_so, 15), seen(world, "secrets"))
    require(value_of(world, "OPENAI_API_KEY") == wanted, "the old Secret did not stay")
    world.vaults.vaults.change(VAULT, API_KEY, enabled=True)
    require(eventually(lambda: all_healthy(world), 30), seen(world, "secrets"))


SECRET_CHECKS = (
    Check("a secret set in the vault reaches the Kubernetes Secret", _set),
    Check("a changed secret whose event is lost arrives by the timer", _lost_event),
    Check("a Kubernetes Secret changed or deleted by hand is put back", _put_back),
    Check("a secret disabled in the vault is named, and the old Kubernetes Secret stays", _disabled),
)
