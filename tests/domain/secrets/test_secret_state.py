"""What is shown of an ExternalSecret, in External Secrets' words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.domain.secrets.secret_state import FAILED, MISSING, SYNCED, SecretState, is_due, shown_status
from shared.domain.secrets.vault_secret import Reading

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_nothing_is_shown_before_the_first_refresh() -> None:
    assert shown_status(SecretState()) == {}


def test_the_status_is_a_condition_with_its_reason() -> None:
    state = SecretState(SYNCED, "secret synced", refreshed_at=NOON, target="app-env", fingerprint="f00d")
    assert shown_status(state) == {
        "conditions": [
            {"type": "Ready", "status": "True", "reason": "SecretSynced", "message": "secret synced"}
        ],
        "binding": {"name": "app-env"},
        "refreshTime": "2026-01-01T12:00:00Z",
    }


def test_only_a_failure_is_not_ready() -> None:
    ready = {
        reason: shown_status(SecretState(reason, "x"))["conditions"][0]["status"]
        for reason in (SYNCED, MISSING, FAILED)
    }
    assert ready == {SYNCED: "True", MISSING: "True", FAILED: "False"}


def test_expired_names_come_in_order() -> None:
    past = Reading("1", "s", NOON, NOON - timedelta(days=1))
    coming = Reading("1", "s", NOON, NOON + timedelta(days=1))
    state = SecretState(readings={"b": past, "a": past, "c": coming, "d": Reading("1", "s", NOON)})
    assert state.expired(NOON) == ["a", "b"]


def test_it_is_due_when_its_interval_has_passed() -> None:
    hour = timedelta(hours=1)
    assert is_due(SecretState(), hour, NOON)
    assert is_due(SecretState(refreshed_at=NOON - hour), hour, NOON)
    assert not is_due(SecretState(refreshed_at=NOON - hour / 2), hour, NOON)
