"""Sessions of the local administrator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.access.admin_session import LIFETIME, check_password, issue, read
from shared.domain.access.secret_text import SecretText
from shared.errors import UnauthenticatedError

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
KEY = SecretText("key")


def test_a_token_names_who_logged_in() -> None:
    assert read(issue("admin:login", "1", KEY, NOON).reveal(), KEY, NOON).username == "admin"


@pytest.mark.parametrize("moment", [NOON + LIFETIME, NOON - timedelta(seconds=1)])
def test_a_token_is_valid_for_a_day_and_not_before(moment: datetime) -> None:
    token = issue("admin:login", "1", KEY, NOON).reveal()
    with pytest.raises(UnauthenticatedError, match="expired"):
        read(token, KEY, moment)


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "a.b.é", "\udc80.b.c"], ids=ascii)
def test_what_is_no_token_of_ours_is_refused(token: str) -> None:
    with pytest.raises(UnauthenticatedError, match="not ours"):
        read(token, KEY, NOON)


def test_a_token_of_another_key_is_refused() -> None:
    token = issue("admin:login", "1", SecretText("another"), NOON).reveal()
    with pytest.raises(UnauthenticatedError, match="not ours"):
        read(token, KEY, NOON)


def test_claims_that_were_edited_are_refused() -> None:
    head, _, signature = issue("admin:login", "1", KEY, NOON).reveal().split(".")
    forged = issue("root:login", "1", SecretText("x"), NOON).reveal().split(".")[1]
    with pytest.raises(UnauthenticatedError, match="not ours"):
        read(f"{head}.{forged}.{signature}", KEY, NOON)


@pytest.mark.parametrize("expected", [SecretText("right"), SecretText(""), None])
def test_a_wrong_or_missing_password_lets_nobody_in(expected: SecretText | None) -> None:
    with pytest.raises(UnauthenticatedError):
        check_password("", expected)


def test_the_right_password_lets_in() -> None:
    check_password("right", SecretText("right"))
