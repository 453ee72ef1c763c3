"""Entra ID for one managed identity: tokens with an audience and an end, which can be revoked."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import timedelta

from azure.core.credentials import AccessToken

from shared.adapters.system.clock import SystemClock
from shared.ports.clock import Clock

AKS_RESOURCE = "6dae42f8-4368-4678-94ff-3960e28e3630"
ARM_RESOURCE = "https://management.azure.com"
_SCOPE_ENDING = "/.default"
_EARLY_SECONDS = 300


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """`expires_on` is epoch seconds; `resource` has no slash at its end."""

    text: str
    resource: str
    expires_on: int


class SandboxEntra:
    """Issues tokens and tells whether one is good. Safe to share between threads.

    `lifetime` may be changed at any time; it counts for the tokens that follow.
    """

    def __init__(self, clock: Clock = SystemClock(), lifetime: timedelta = timedelta(hours=1)) -> None:
        self.clock, self.lifetime = clock, lifetime
        self.issued: list[IssuedToken] = []
        self._good: dict[str, IssuedToken] = {}
        self._lock = threading.Lock()

    def issue(self, resource: str) -> IssuedToken:
        """Make a token for a resource; a slash at its end is no difference."""
        ends = int((self.clock.now() + self.lifetime).timestamp())
        token = IssuedToken(f"entra-{secrets.token_hex(16)}", resource.rstrip("/"), ends)
        with self._lock:
            self.issued.append(token)
            self._good[token.text] = token
        return token

    def revoke(self) -> None:
        """From now on no token that was issued so far is good."""
        with self._lock:
            self._good.clear()

    def accepts(self, text: str, resource: str) -> bool:
        """Whether the token is ours, for this resource, and has not ended."""
        with self._lock:
            found = self._good.get(text)
        now = self.clock.now().timestamp()
        return found is not None and found.resource == resource.rstrip("/") and now < found.expires_on

    def opens_cluster(self, text: str) -> bool:
        """Whether an AKS cluster lets the bearer of this token in."""
        return self.accepts(text, AKS_RESOURCE)


class SandboxCredential:
    """What `azure.identity` is to the SDKs. Gives the same token again until it nears its end.

    Source: azure-identity's managed identity: MSAL's cache holds a token until five minutes before its end,
    and is passed by only with a claims challenge.
    """

    def __init__(self, entra: SandboxEntra) -> None:
        self._entra = entra
        self._kept: dict[str, IssuedToken] = {}
        self.asked: list[str] = []

    def get_token(self, *scopes: str, claims: str | None = None, **_: object) -> AccessToken:
        (scope,) = scopes
        self.asked.append(scope)
        kept, now = self._kept.get(scope), self._entra.clock.now().timestamp()
        if kept is None or claims or kept.expires_on < now + _EARLY_SECONDS:
            kept = self._kept[scope] = self._entra.issue(scope.removesuffix(_SCOPE_ENDING))
        return AccessToken(kept.text, kept.expires_on)
