"""The timer: one listing a vault, values only of what changed."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import PermissionDeniedError, UnavailableError
from tests.services.secret_worlds import (
    SECRETS,
    VAULT,
    data_of,
    external,
    ref_of,
    secrets_engine,
    state_of,
    store,
)
from tests.services.worlds import Engine


def scan(world: Engine, after_seconds: float = 60) -> list[str]:
    """Let time go by, run the timer and what it wakes; return what the vault was asked."""
    world.run_for(after_seconds)
    before = len(world.vaults.calls)
    world.scan_secrets()
    world.run_for(1)
    return world.vaults.calls[before:]


def test_a_quiet_vault_costs_one_listing_for_any_number_of_external_secrets() -> None:
    world = secrets_engine(store(), *(external(f"app-{number}") for number in range(20)))
    scan(world)
    assert scan(world) == [f"list {VAULT}"]


def test_a_lost_event_costs_one_listing_and_one_value() -> None:
    world = secrets_engine()
    scan(world)
    world.vaults.put(VAULT, "api-key", "sk-two")
    assert scan(world) == [f"list {VAULT}", "get api-key"]
    assert data_of(world) == {"API_KEY": "sk-two", "DB_URL": "postgres://one"}
    assert scan(world) == [f"list {VAULT}"]


def test_what_was_changed_in_the_second_of_reading_is_read_once_more() -> None:
    world = secrets_engine()
    assert scan(world, 5) == [f"list {VAULT}", "get api-key", "get db-url"]
    assert scan(world, 5) == [f"list {VAULT}"]


@pytest.mark.parametrize("how", ["disabled", "deleted"])
def test_what_no_event_tells_of_is_found(how: str) -> None:
    world = secrets_engine()
    world.run_for(60)
    scan(world)
    if how == "disabled":
        world.vaults.change(VAULT, "api-key", enabled=False)
    else:
        world.vaults.delete(VAULT, "api-key")
    scan(world)
    assert world.state(SECRETS)[1] == "Degraded"
    assert (data_of(world) or {})["API_KEY"] == "sk-one"


def test_a_disabled_secret_that_is_enabled_again_is_found() -> None:
    world = secrets_engine()
    world.vaults.change(VAULT, "api-key", enabled=False)
    scan(world)
    world.run_for(3)
    world.vaults.change(VAULT, "api-key", enabled=True)
    scan(world, 3)
    assert world.state(SECRETS) == ("Synced", "Healthy")


def test_after_its_interval_the_secret_is_looked_at_whatever_the_vault_says() -> None:
    world = secrets_engine(store(), external(refreshInterval="1h"))
    scan(world)
    world.cluster.objects.pop(next(key for key in world.cluster.objects if key.name == "app-env"))
    scan(world)
    assert data_of(world) is None
    scan(world, 3600)
    assert data_of(world) is not None


@pytest.mark.parametrize("spec", [{"refreshInterval": "0"}, {"refreshPolicy": "CreatedOnce"}])
def test_what_is_read_once_does_not_follow_the_vault(spec: dict[str, Any]) -> None:
    world = secrets_engine(store(), external(**spec))
    world.run_for(60)
    world.vaults.put(VAULT, "api-key", "sk-two")
    assert scan(world) == []
    assert (data_of(world) or {})["API_KEY"] == "sk-one"


def test_where_listing_is_forbidden_each_is_read_after_its_interval(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = secrets_engine(store(), external(refreshInterval="10m"))
    world.vaults.refuse_listing = PermissionDeniedError("no list")
    world.vaults.put(VAULT, "api-key", "sk-two")
    assert scan(world) == [f"list {VAULT}"]
    assert scan(world, 600) == [f"list {VAULT}", "get api-key", "get db-url"]
    assert "vault cannot be listed" in caplog.text


def test_a_vault_that_is_away_holds_up_no_other_and_changes_nothing() -> None:
    world = secrets_engine()
    world.vaults.failure = UnavailableError("away")
    assert scan(world) == [f"list {VAULT}"]
    assert state_of(world).reason == "SecretSynced"


def test_a_lost_message_is_sent_again() -> None:
    world = secrets_engine()
    ref = ref_of(world)
    world.vaults.put(VAULT, "api-key", "sk-two")
    world.wake_secret(ref, ["api-key"])
    message = world.queue.receive(30)
    assert message is not None
    world.queue.complete(message)  # lost: taken from the queue, and never looked at
    scan(world, 120)
    assert (data_of(world) or {})["API_KEY"] == "sk-two"
