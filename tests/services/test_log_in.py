"""The local administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.adapters.memory.credential_store import MemoryCredentialStore
from shared.adapters.system.clock import FixedClock
from shared.domain.access.secret_text import SecretText
from shared.errors import UnauthenticatedError
from shared.ports.sealing import Sealing
from shared.services.log_in import LogIn
from tests.services.worlds import MemorySealing, NumberedRandom

GIVEN = SecretText("given-in-the-settings")


class OtherKey(MemorySealing):
    """The sealing key of another installation."""

    def fingerprint(self, data: bytes) -> str:
        return super().fingerprint(data + b"other")


def log_in(
    store: MemoryCredentialStore | None = None,
    password: SecretText | None = GIVEN,
    sealing: Sealing | None = None,
    clock: FixedClock | None = None,
) -> LogIn:
    return LogIn(
        store or MemoryCredentialStore(),
        sealing or MemorySealing(),
        password,
        clock or FixedClock(),
        NumberedRandom(),
    )


def test_the_password_of_the_settings_opens() -> None:
    service = log_in()
    assert service.session(service("admin", GIVEN.reveal()).reveal()).username == "admin"


@pytest.mark.parametrize(
    ("username", "password"),
    [("admin", "wrong"), ("admin", ""), ("root", GIVEN.reveal()), ("", ""), ("Admin", GIVEN.reveal())],
)
def test_all_else_is_refused_in_the_same_words(username: str, password: str) -> None:
    with pytest.raises(UnauthenticatedError, match=r"^Invalid username or password$"):
        log_in()(username, password)


def test_where_the_settings_give_none_a_password_is_made_once_and_kept() -> None:
    store = MemoryCredentialStore()
    made = log_in(store, None).password()
    assert log_in(store, None).password() == made
    assert len(made.reveal()) == 32
    log_in(store, None)("admin", made.reveal())


def test_the_password_of_the_settings_counts_above_the_one_that_was_made() -> None:
    store = MemoryCredentialStore()
    made = log_in(store, None).password()
    with pytest.raises(UnauthenticatedError):
        log_in(store)("admin", made.reveal())


def test_a_token_is_good_in_another_process_of_the_same_home_and_in_no_other() -> None:
    token = log_in()("admin", GIVEN.reveal()).reveal()
    assert log_in().session(token).username == "admin"
    with pytest.raises(UnauthenticatedError, match="not ours"):
        log_in(sealing=OtherKey()).session(token)


def test_a_token_ends() -> None:
    clock = FixedClock()
    service = log_in(clock=clock)
    token = service("admin", GIVEN.reveal()).reveal()
    clock.advance(timedelta(hours=24))
    with pytest.raises(UnauthenticatedError, match="expired"):
        service.session(token)


def test_no_token_says_what_to_do() -> None:
    with pytest.raises(UnauthenticatedError, match="Log in, or send Authorization: Bearer"):
        log_in().session("")


def test_two_logins_have_two_tokens() -> None:
    service = log_in()
    assert service("admin", GIVEN.reveal()) != service("admin", GIVEN.reveal())
