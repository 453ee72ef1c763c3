"""A new version of a vault's secret, followed by its trace into the cluster."""

from __future__ import annotations

import json

from shared.domain.events.event_trace import trace_of
from shared.domain.events.key_vault import SECRET_CREATED
from shared.errors import UnavailableError
from tests.services.secret_worlds import VAULT, data_of, secrets_engine
from tests.services.worlds import Engine

EVENT = "1f3c6f7e-1111-2222-3333-444455556666"


def tell(world: Engine, name: str = "api-key") -> str:
    """Event Grid tells of a new version; return the trace that begins with it."""
    event = {
        "id": EVENT,
        "topic": "/subscriptions/x",
        "subject": name,
        "eventType": SECRET_CREATED,
        "eventTime": "2026-01-01T11:59:00Z",
        "data": {"Id": f"{VAULT}/secrets/{name}/0"},
    }
    world.receive_grid_events(json.dumps([event]))
    return trace_of(EVENT)


def test_the_event_is_followed_to_the_secret_in_the_cluster() -> None:
    world = secrets_engine()
    world.vaults.put(VAULT, "api-key", "sk-two")
    trace = tell(world)
    world.run_for(5)
    assert (data_of(world) or {})["API_KEY"] == "sk-two"
    shown = world.show_trace.one(trace)
    (secret,) = shown["secrets"]
    assert (secret["namespace"], secret["name"], secret["reason"]) == ("shop", "app", "SecretSynced")
    assert [stage["name"] for stage in secret["stages"]] == [
        "secret changed",
        "event received",
        "received",
        "refreshed",
    ]
    assert shown["cause"]["secret"] == {"vault": VAULT, "name": "api-key"}
    assert shown["cause"]["at"] == "2026-01-01T11:59:00+00:00"


def test_what_is_tried_again_later_goes_on_under_the_trace() -> None:
    world = secrets_engine()
    world.vaults.put(VAULT, "api-key", "sk-two")
    world.vaults.failure = UnavailableError("the vault is away")
    trace = tell(world)
    world.run_due()
    (secret,) = world.show_trace.one(trace)["secrets"]
    assert (secret["reason"], secret["stages"][-1]["name"]) == ("SecretSyncedError", "received")
    world.vaults.failure = None
    world.run_for(300)
    (secret,) = world.show_trace.one(trace)["secrets"]
    assert (secret["reason"], secret["stages"][-1]["name"]) == ("SecretSynced", "refreshed")


def test_a_secret_that_nobody_follows_leaves_nothing_behind() -> None:
    world = secrets_engine()
    before = world.traces.page(10)
    tell(world, "other")
    assert world.traces.page(10) == before
