"""Bearer tokens of registries: by the challenge of a 401, kept by registry and scope while they are good."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from shared.adapters.registry.registry_http import RegistryHttp, refusal
from shared.domain.access.secret_text import SecretText
from shared.domain.source.repository_credential import RepositoryCredential
from shared.errors import UnavailableError
from shared.ports.clock import Clock

_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
_OK, _EARLY_SECONDS, _LIFETIME_SECONDS = 200, 30.0, 60.0
Exchange = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Challenge:
    """What `WWW-Authenticate: Bearer realm=…,service=…,scope=…` asks for."""

    realm: str
    service: str
    scope: str

    @classmethod
    def of(cls, answer: requests.Response) -> Challenge | None:
        kind, _, rest = answer.headers.get("WWW-Authenticate", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        found = dict(_PARAMETER.findall(rest))
        return cls(found.get("realm", ""), found.get("service", ""), found.get("scope", ""))


@dataclass(frozen=True, slots=True)
class _Kept:
    token: SecretText
    until: float


class RegistryTokens:
    """`identity` gives an Entra token for registries of Azure; `credential` who we are at other ones.

    Source: learn.microsoft.com, "ACR token exchange" (AAD-OAuth.md of Azure/acr), and distribution's
    token specification.
    """

    def __init__(
        self,
        http: RegistryHttp,
        clock: Clock,
        *,
        identity: Callable[[], SecretText],
        credential: Callable[[str], RepositoryCredential | None],
        where: Callable[[str], str],
    ) -> None:
        self._http, self._clock = http, clock
        self._identity, self._credential, self._where = identity, credential, where
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._lock = threading.Lock()

    def known(self, host: str, scope: str) -> SecretText | None:
        """A token that was given for this scope before and is good for a while."""
        with self._lock:
            kept = self._kept.get((host, scope))
        return kept.token if kept and self._clock.now().timestamp() < kept.until else None

    def answer(self, host: str, challenge: Challenge, scope: str) -> SecretText:
        """Return a new token for what the registry asks, and keep it under `scope`, our own name for that.

        Raises UnauthenticatedError when it gives none, UnavailableError when it or the identity is away.
        """
        credential = self._credential(host)
        if credential is None and is_azure(host):
            told = self._by_exchange(host, challenge.scope or scope)
        else:
            told = self._by_challenge(challenge, credential)
        token = SecretText(str(told.get("access_token") or told.get("token") or ""))
        if not token.reveal():
            raise UnavailableError(f"Registry {host}: answers without a token")
        with self._lock:
            self._kept[host, scope] = _Kept(token, self._end(token, told))
        return token

    def _by_exchange(self, host: str, scope: str) -> dict[str, Any]:
        """A kept refresh token that is refused is replaced once: it may have been revoked."""
        url = self._where(f"https://{host}/oauth2/token")
        kept = self.known(host, "")
        for refresh in (kept, None) if kept else (None,):
            form = {"grant_type": "refresh_token", "service": host, "scope": scope}
            token = (refresh or self._refresh(host)).reveal()
            answer = self._http.send("POST", url, form={**form, "refresh_token": token})
            if answer.status_code == _OK:
                break
        return _told(f"Registry {host}", answer)

    def _refresh(self, host: str) -> SecretText:
        form = {"grant_type": "access_token", "service": host, "access_token": self._identity().reveal()}
        told = _told(
            f"Registry {host}",
            self._http.send("POST", self._where(f"https://{host}/oauth2/exchange"), form=form),
        )
        token = SecretText(str(told.get("refresh_token") or ""))
        with self._lock:
            self._kept[host, ""] = _Kept(token, self._end(token, told))
        return token

    def _by_challenge(self, challenge: Challenge, credential: RepositoryCredential | None) -> dict[str, Any]:
        query = urlencode({"service": challenge.service, "scope": challenge.scope})
        realm = self._where(challenge.realm)
        headers = {"Authorization": basic(credential)} if credential else {}
        answer = self._http.send("GET", f"{realm}{'&' if '?' in realm else '?'}{query}", headers=headers)
        return _told(f"Registry {urlsplit(challenge.realm).netloc}", answer)

    def _end(self, token: SecretText, told: dict[str, Any]) -> float:
        """When to ask again, in epoch seconds: by the token's own `exp`, by `expires_in`, or in a minute."""
        now = self._clock.now().timestamp()
        ends = _expiry(token.reveal()) or now + float(told.get("expires_in") or _LIFETIME_SECONDS)
        return ends - min(_EARLY_SECONDS, max(ends - now, 0.0) / 2)


def is_azure(host: str) -> bool:
    """Source: the DNS suffixes of Azure Container Registry in its clouds."""
    return host.endswith((".azurecr.io", ".azurecr.us", ".azurecr.cn"))


def basic(credential: RepositoryCredential) -> str:
    """The Authorization header of a user name and a password."""
    text = f"{credential.username}:{credential.password.reveal()}"
    return "Basic " + base64.b64encode(text.encode()).decode()


def _told(subject: str, answer: requests.Response) -> dict[str, Any]:
    if answer.status_code != _OK:
        raise refusal(subject, answer)
    try:
        found = answer.json()
    except ValueError as error:
        raise UnavailableError(f"{subject}: answers what is no JSON") from error
    return found if isinstance(found, dict) else {}


def _expiry(token: str) -> float | None:
    """`exp` of a JWT, unproved: it only says when to renew."""
    parts = token.split(".")
    try:
        body = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return float(body["exp"])
    except (IndexError, ValueError, KeyError, TypeError):
        return None
