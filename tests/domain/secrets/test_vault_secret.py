"""When a value must be read again, told from a listing that shows no values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.secrets.vault_secret import Reading, SecretProperties, must_be_read

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
OLD = SecretProperties("key", NOON - timedelta(days=1))
READ = Reading.of(OLD, NOON)
LATER = NOON + timedelta(minutes=5)


def test_what_looks_the_same_is_not_read() -> None:
    assert not must_be_read(OLD, READ, LATER)


@pytest.mark.parametrize(
    "found",
    [
        SecretProperties("key", NOON + timedelta(minutes=1)),
        SecretProperties("key", OLD.updated, enabled=False),
        SecretProperties("key", OLD.updated, content_type="application/x-pkcs12"),
        SecretProperties("key", OLD.updated, expires=NOON + timedelta(days=1)),
    ],
)
def test_what_looks_different_is_read(found: SecretProperties) -> None:
    assert must_be_read(found, READ, LATER)


def test_what_came_or_went_is_read() -> None:
    assert must_be_read(OLD, None, LATER)
    assert must_be_read(None, READ, LATER)
    assert not must_be_read(None, None, LATER)


def test_the_second_in_which_it_was_read_is_not_trusted_once_it_is_over() -> None:
    """A vault counts seconds: a second change within one looks like the first."""
    just_now = SecretProperties("key", NOON)
    reading = Reading.of(just_now, NOON + timedelta(milliseconds=300))
    assert not must_be_read(just_now, reading, NOON + timedelta(seconds=1))
    assert must_be_read(just_now, reading, NOON + timedelta(seconds=3))
    again = Reading.of(just_now, NOON + timedelta(seconds=3))
    assert not must_be_read(just_now, again, LATER)


@pytest.mark.parametrize("field", ["not_before", "expires"])
def test_a_date_that_passes_counts_though_nothing_was_changed(field: str) -> None:
    soon = SecretProperties("key", OLD.updated, **{field: NOON + timedelta(minutes=1)})  # type: ignore[arg-type]
    reading = Reading.of(soon, NOON)
    assert not must_be_read(soon, reading, NOON + timedelta(seconds=30))
    assert must_be_read(soon, reading, LATER)


def test_expired_is_from_its_date_on() -> None:
    found = SecretProperties("key", expires=NOON)
    assert found.expired(NOON)
    assert not found.expired(NOON - timedelta(seconds=1))
    assert not OLD.expired(LATER)
