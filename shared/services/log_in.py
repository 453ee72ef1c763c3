"""Use case: the local administrator logs in (embedded home only), and every request proves who asks."""

from __future__ import annotations

from shared.domain.access.admin_session import Session, check_password, issue, read
from shared.domain.access.secret_text import SecretText
from shared.errors import UnauthenticatedError
from shared.ports.clock import Clock
from shared.ports.credential_store import CredentialStore
from shared.ports.random import Random
from shared.ports.sealing import Sealing

_KEPT_AS = "admin-password"
SIGNING = b"the key of sessions"
ADMIN = "admin"


class LogIn:
    """The password is the one of the settings, else one that was made at the first start.

    Sessions are signed with a key derived from the sealing key: every instance has the same one.
    """

    def __init__(
        self,
        credentials: CredentialStore,
        sealing: Sealing,
        password: SecretText | None,
        clock: Clock,
        random: Random,
    ) -> None:
        self._credentials, self._sealing, self._given = credentials, sealing, password
        self._clock, self._random = clock, random

    def __call__(self, username: str, password: str) -> SecretText:
        """Return a session token; raises UnauthenticatedError."""
        if username != ADMIN:
            raise UnauthenticatedError("Invalid username or password")
        check_password(password, self.password())
        return issue(f"{ADMIN}:login", self._random.token(), self._signing_key(), self._clock.now())

    def session(self, token: str) -> Session:
        """Who bears this token; raises UnauthenticatedError."""
        if not token:
            raise UnauthenticatedError("no session information. Log in, or send Authorization: Bearer")
        return read(token, self._signing_key(), self._clock.now())

    def password(self) -> SecretText:
        """The administrator's password; made once where the settings give none."""
        if self._given:
            return self._given
        found = self._credentials.get(_KEPT_AS)
        if found is None:
            found = SecretText(self._random.token())
            self._credentials.put(_KEPT_AS, found)
        return found

    def _signing_key(self) -> SecretText:
        return SecretText(self._sealing.fingerprint(SIGNING))
