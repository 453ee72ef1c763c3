"""Tokens of the app's own identity, by scope, kept while they are good."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import Protocol

from azure.core.exceptions import AzureError

from shared.domain.access.secret_text import SecretText
from shared.errors import UnavailableError
from shared.ports.clock import Clock

# Five minutes less a moment: the credential's own cache lets go of a token at five minutes, and not before
_EARLY_SECONDS = 295.0
# The credential keeps tokens, too; a challenge makes it ask for a new one. This one asks for nothing else.
_CHALLENGE = '{"access_token":{}}'


class _AccessToken(Protocol):
    @property
    def token(self) -> str: ...
    @property
    def expires_on(self) -> int: ...


class Credential(Protocol):
    """As in azure.core.credentials: managed identity in Azure, the sandbox's elsewhere."""

    def get_token(self, *scopes: str, claims: str | None = None) -> _AccessToken: ...


def app_identity(client_id: str = "") -> Credential:
    """The managed identity `client_id`; without one, who is logged in here (on Azure: the app)."""
    from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

    # the SDK tells of every request at level INFO, in two long records
    logging.getLogger("azure").setLevel(logging.WARNING)
    return ManagedIdentityCredential(client_id=client_id) if client_id else DefaultAzureCredential()


@dataclass(frozen=True, slots=True)
class EntraToken:
    """`expires_at` and `renew_at` are epoch seconds."""

    text: SecretText
    expires_at: float
    renew_at: float


class EntraTokens:
    """Safe to share between threads: those that need a token together ask for one.

    A token is used until five minutes before its end; one that lives less than ten, for half of its life.
    """

    def __init__(self, credential: Credential, clock: Clock) -> None:
        self._credential, self._clock = credential, clock
        self._lock = threading.Lock()
        self._kept: dict[str, EntraToken] = {}

    def token(self, scope: str, *, renew: bool = False) -> EntraToken:
        """Return a token that is good for a while; with `renew` a new one, whatever is kept.

        Raises UnavailableError when the identity gives none.
        """
        with self._lock:
            kept = self._kept.get(scope)
            if renew or kept is None or self._clock.now().timestamp() >= kept.renew_at:
                kept = self._kept[scope] = self._ask(scope, _CHALLENGE if renew else None)
            return kept

    def _ask(self, scope: str, claims: str | None) -> EntraToken:
        try:
            found = self._credential.get_token(scope, claims=claims)
        except AzureError as error:
            if claims:  # who is logged in by a command line cannot be challenged, and keeps nothing either
                return self._ask(scope, None)
            raise UnavailableError(
                f"Managed identity: gives no token for {scope} ({type(error).__name__}). "
                "Check that the app has an identity and that its client id is right"
            ) from error
        left = found.expires_on - self._clock.now().timestamp()
        early = min(_EARLY_SECONDS, max(left, 0.0) / 2)
        return EntraToken(SecretText(found.token), found.expires_on, found.expires_on - early)
