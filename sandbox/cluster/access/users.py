"""Users of a cluster and the tokens that prove them."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest

from sandbox.cluster.api_error import unauthorized
from sandbox.cluster.state import State

MASTERS, AUTHENTICATED = "system:masters", "system:authenticated"
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class User:
    """As the API server sees who asks."""

    name: str
    groups: tuple[str, ...] = ()


MASTER = User("kubernetes-admin", (MASTERS, AUTHENTICATED))


class Users:
    """Knows the tokens of one cluster. Safe to share between threads.

    `anonymous` lets in who brings no token, with all rights: kubectl sends none over plain HTTP, and the
    sandbox listens on this machine only. `trusted` knows further tokens of administrators.
    """

    def __init__(self, state: State, *, anonymous: bool = True) -> None:
        self._state, self._anonymous = state, anonymous
        self._lock = threading.Lock()
        self._known: dict[str, User] = {}
        self.trusted: Callable[[str], bool] = lambda _: False

    def token_of(self, name: str) -> str:
        """The token of a user, made when it is asked for first; that of `admin` may do everything."""
        user = MASTER if name == ADMIN else User(name, (AUTHENTICATED,))
        return self.issue(user, self._state.fact(f"token/{name}", lambda: secrets.token_hex(8)))

    def issue(self, user: User, secret: str = "") -> str:
        """Make a token that proves `user` while the process runs."""
        token = f"sandbox-{secret or secrets.token_hex(16)}"
        with self._lock:
            self._known[token] = user
        return token

    def authenticate(self, authorization: str) -> User:
        """Return who sent this header ("" for none). Raises 401."""
        if not authorization:
            if self._anonymous:
                return MASTER
            raise unauthorized()
        token = authorization.removeprefix("Bearer ")
        with self._lock:
            known = dict(self._known)
        for other, user in known.items():
            if compare_digest(other.encode(), token.encode()):
                return user
        if self.trusted(token):
            return MASTER
        raise unauthorized()
