"""One connection pool to GitHub's API: requests out, refusals as our errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from shared.domain.access.secret_text import SecretText
from shared.errors import (
    NotFoundError,
    PermissionDeniedError,
    TidegateError,
    UnauthenticatedError,
    UnavailableError,
)
from shared.ports.clock import Clock

_TIMEOUT_SECONDS = (5, 20)
_OK, _UNAUTHORISED, _NOT_FOUND, _BROKEN = 200, 401, 404, 500
_LIMITED = frozenset({403, 429})
_VERSION = "2022-11-28"


class GitHubHttp:
    """`where` maps `https://api.github.com/` to where it is, like git's insteadOf."""

    def __init__(
        self, clock: Clock, where: Callable[[str], str], api: str = "https://api.github.com"
    ) -> None:
        self._clock, self._where, self._api = clock, where, api
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": "tidegate", "X-GitHub-Api-Version": _VERSION})
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_connections=2, pool_maxsize=16, max_retries=1))

    def close(self) -> None:
        self._session.close()

    def get(self, subject: str, path: str, token: SecretText, accept: str) -> requests.Response | None:
        """None for 404. `subject` begins the sentence of an error."""
        answer = self._send("GET", subject, path, token, accept)
        if answer.status_code == _NOT_FOUND:
            return None
        if answer.status_code != _OK:
            raise self._refusal(subject, answer)
        return answer

    def query(self, subject: str, query: str, variables: dict[str, Any], token: SecretText) -> dict[str, Any]:
        """Return the whole answer of GraphQL: `data` and `errors`."""
        body = {"query": query, "variables": variables}
        answer = self._send("POST", subject, "/graphql", token, "application/json", body)
        if answer.status_code != _OK:
            raise self._refusal(subject, answer)
        try:
            found: dict[str, Any] = answer.json()
        except ValueError as error:
            raise UnavailableError(f"{subject}: GitHub answers what is no JSON") from error
        return found

    def _send(
        self,
        method: str,
        subject: str,
        path: str,
        token: SecretText,
        accept: str,
        body: dict[str, Any] | None = None,
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {token.reveal()}", "Accept": accept}
        url = self._where(f"{self._api}{path}")
        try:
            return self._session.request(method, url, headers=headers, json=body, timeout=_TIMEOUT_SECONDS)
        except requests.RequestException as error:
            raise UnavailableError(f"{subject}: GitHub does not answer ({type(error).__name__})") from error

    def _refusal(self, subject: str, answer: requests.Response) -> TidegateError:
        """Source: docs.github.com, "Rate limits for the REST API": 403 or 429 with its headers is a limit."""
        status = answer.status_code
        if status == _UNAUTHORISED:
            return UnauthenticatedError(f"{subject}: GitHub does not accept the token. Renew it")
        wait = self._wait(answer)
        if status in _LIMITED and wait is not None:
            return UnavailableError(f"{subject}: GitHub's rate limit is used up", wait)
        if status in _LIMITED:
            return PermissionDeniedError(
                f"{subject}: GitHub forbids it to our token. Give it read and write access to contents"
            )
        if status == _NOT_FOUND:
            return NotFoundError(f"{subject}: GitHub has no such repository, or hides it from our token")
        return UnavailableError(f"{subject}: GitHub answers {status}")

    def _wait(self, answer: requests.Response) -> float | None:
        after = answer.headers.get("Retry-After", "")
        if after.isdecimal():
            return float(after)
        if answer.headers.get("X-RateLimit-Remaining") == "0":
            reset = float(answer.headers.get("X-RateLimit-Reset") or 0)
            return max(reset - self._clock.now().timestamp(), 60.0)
        return 60.0 if "rate limit" in answer.text.lower() else None
