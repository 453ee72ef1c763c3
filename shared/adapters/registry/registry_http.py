"""One connection pool to all registries: requests out, refusals as our errors."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from shared.errors import (
    NotFoundError,
    PermissionDeniedError,
    TidegateError,
    UnauthenticatedError,
    UnavailableError,
)

_TIMEOUT_SECONDS = (5, 20)
_UNAUTHORISED, _FORBIDDEN, _NOT_FOUND, _THROTTLED, _REFUSED, _BROKEN = 401, 403, 404, 429, 400, 500


class RegistryHttp:
    """Keeps connections; follows redirects of blobs without our token, as `requests` does by itself."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = True
        self._session.headers["User-Agent"] = "tidegate"
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_connections=8, pool_maxsize=16, max_retries=1))

    def close(self) -> None:
        self._session.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Raises UnavailableError when there is no answer; every answer is returned, whatever its status."""
        try:
            return self._session.request(
                method, url, headers=dict(headers or {}), data=form, timeout=_TIMEOUT_SECONDS
            )
        except requests.RequestException as error:
            host = urlsplit(url).netloc
            raise UnavailableError(f"Registry {host}: does not answer ({type(error).__name__})") from error


def refusal(subject: str, answer: requests.Response) -> TidegateError:
    """What an answer of 400 or more means. `subject` begins the sentence, e.g. `Image myacr…/shop`."""
    status = answer.status_code
    if status == _UNAUTHORISED:
        return UnauthenticatedError(
            f"{subject}: the registry does not accept who we are. Give Tidegate's identity AcrPull, or "
            "Container Registry Repository Reader where the registry uses ABAC"
        )
    if status == _FORBIDDEN:
        return PermissionDeniedError(f"{subject}: the registry forbids us to read it. Give us a role to pull")
    if status == _NOT_FOUND:
        return NotFoundError(f"{subject}: the registry has no such repository")
    if status == _THROTTLED or status >= _BROKEN:
        return UnavailableError(f"{subject}: the registry answers {status}", _retry_after(answer))
    return UnavailableError(f"{subject}: the registry answers {status} to what we ask")


def _retry_after(answer: requests.Response) -> float | None:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None
