"""Use case: the local administrator logs in (embedded home only), and every request proves who asks."""

from __future__ import annotations

from shared.domain.access.admin_session import Session, check_password, issue, read
from shared.domain.access.secret_text import SecretText
from shared.errors import UnauthenticatedError
from shared.ports.clock import Clock
from shared.ports.credential_store import CredentialStore
from shared.ports.random import Random

_KEY, _PASSWORD = "session-key", "admin-password"
ADMIN = "admin"


class LogIn:
    """The password is the one of the settings, else one that was made at the first start."""

    def __init__(
        self, credentials: CredentialStore, password: SecretText | None, clock: Clock, random: Random
    ) -> None:
        self._credentials, self._given = credentials, password
        self._clock, self._random = clock, random
        self._key: SecretText | None = None

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
        return self._given or self._kept(_PASSWORD)

    def _signing_key(self) -> SecretText:
        if self._key is None:
            self._key = self._kept(_KEY)
        return self._key

    def _kept(self, name: str) -> SecretText:
        found = self._credentials.get(name)
        if found is None:
            found = SecretText(self._random.token())
            self._credentials.put(name, found)
        return found
