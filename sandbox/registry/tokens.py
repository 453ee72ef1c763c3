"""The tokens of a registry: an Entra token becomes a refresh token, that becomes one for a scope."""

from __future__ import annotations

import base64
import json
import re
import secrets
import threading
from dataclasses import dataclass, field
from datetime import timedelta

from sandbox.arm.entra import SandboxEntra

ACR_RESOURCE = "https://containerregistry.azure.net"
_SCOPE = re.compile(r"repository:([a-z0-9._/-]+):([a-z_,*]+)")


class TokenRefusedError(Exception):
    """The text is what the registry answers with its 401."""


@dataclass(slots=True)
class RegistryTokenService:
    """Source: Azure/acr, docs/AAD-OAuth.md. Tokens are JWTs whose `exp` clients read.

    `anonymous`: who has no account may pull. `logins` are user names with their passwords.
    """

    host: str
    entra: SandboxEntra
    lifetime: timedelta = timedelta(hours=1, minutes=15)
    logins: dict[str, str] = field(default_factory=dict)
    anonymous: bool = False
    _refresh: set[str] = field(default_factory=set)
    _access: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def exchange(self, form: dict[str, str]) -> dict[str, str]:
        """POST /oauth2/exchange: an Entra token for this audience gives a refresh token."""
        good = self.entra.accepts(form.get("access_token", ""), ACR_RESOURCE)
        if form.get("grant_type") != "access_token" or form.get("service") != self.host or not good:
            raise TokenRefusedError("the Entra token is not accepted")
        token = self._jwt("refresh")
        with self._lock:
            self._refresh.add(token)
        return {"refresh_token": token}

    def token(self, form: dict[str, str]) -> dict[str, str]:
        """POST /oauth2/token: a refresh token gives an access token for a scope."""
        with self._lock:
            known = form.get("refresh_token", "") in self._refresh
        if form.get("grant_type") != "refresh_token" or form.get("service") != self.host or not known:
            raise TokenRefusedError("the refresh token is not accepted")
        return {"access_token": self._grant(form.get("scope", ""))}

    def login(self, authorization: str, scope: str) -> dict[str, str]:
        """GET /oauth2/token with a user name and a password, or with nothing where anybody may pull."""
        kind, _, text = authorization.partition(" ")
        if not authorization and self.anonymous:
            return {"access_token": self._grant(scope)}
        try:
            name, _, password = base64.b64decode(text).decode().partition(":")
        except ValueError as error:
            raise TokenRefusedError("the credentials cannot be read") from error
        if kind != "Basic" or name not in self.logins or self.logins[name] != password:
            raise TokenRefusedError("the credentials are not accepted")
        return {"access_token": self._grant(scope)}

    def allows(self, authorization: str, repository: str, right: str) -> bool:
        kind, _, token = authorization.partition(" ")
        with self._lock:
            scope = self._access.get(token, "") if kind == "Bearer" else ""
        match = _SCOPE.fullmatch(scope)
        return bool(match and match[1] == repository and {right, "*"} & set(match[2].split(",")))

    def revoke(self) -> None:
        """From now on no token that was given so far is good."""
        with self._lock:
            self._refresh.clear()
            self._access.clear()

    def _grant(self, scope: str) -> str:
        if not _SCOPE.fullmatch(scope):
            raise TokenRefusedError(f"the scope {scope!r} is none of a repository")
        token = self._jwt("access")
        with self._lock:
            self._access[token] = scope
        return token

    def _jwt(self, kind: str) -> str:
        ends = int((self.entra.clock.now() + self.lifetime).timestamp())
        parts = ({"alg": "none"}, {"exp": ends, "grant_type": kind, "jti": secrets.token_hex(8)})
        return ".".join(
            [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
            + ["x"]
        )
