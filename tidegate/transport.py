"""HTTP by the standard library: a command that asks one question pays for no HTTP library."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from http.client import HTTPException, HTTPResponse
from typing import Any

from tidegate.client import Reply
from tidegate.failures import Failure, UnreachableFailure

_TIMEOUT_SECONDS = 60.0


class HttpTransport:
    """Talks to one server; proxies are taken from the environment, redirects are refused."""

    def __init__(self, url: str, *, insecure: bool = False) -> None:
        self._url = url.rstrip("/")
        if not self._url.startswith(("https://", "http://")):
            raise ValueError(f"{url!r} is neither https:// nor http://")
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
        if self._url.startswith("https://"):
            handlers.append(urllib.request.HTTPSHandler(context=_context(insecure=insecure)))
        self._open = urllib.request.build_opener(*handlers).open

    def send(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        """Raises Failure that names the server when it cannot be reached or does not speak TLS."""
        request = urllib.request.Request(self._url + target, body, dict(headers), method=method)  # noqa: S310
        try:
            response = self._open(request, timeout=_TIMEOUT_SECONDS)
        except urllib.error.HTTPError as error:
            return Reply(error.code, _lines(error, self._url), error.close)
        except urllib.error.URLError as error:
            raise UnreachableFailure(f"Server {self._url}: {_reason(error.reason)}") from error
        except (OSError, HTTPException) as error:
            raise UnreachableFailure(f"Server {self._url}: {_reason(error)}") from error
        return Reply(response.status, _lines(response, self._url), response.close)


def _context(*, insecure: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if insecure:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to another server."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        fp.close()
        raise Failure(f"Server {req.full_url} sends us on to {newurl}. Log in there if that is right")


def _lines(response: HTTPResponse | urllib.error.HTTPError, url: str) -> Iterator[bytes]:
    left = 0
    try:
        with response:
            for line in response:
                yield line.rstrip(b"\r\n")
            left = (
                getattr(response, "length", None) or 0
            )  # the library does not mind a body that is too short
    except (OSError, HTTPException) as error:
        raise UnreachableFailure(f"Server {url}: the answer broke off ({_reason(error)})") from error
    if left:
        raise UnreachableFailure(f"Server {url}: the answer broke off ({left} bytes are missing)")


def _reason(error: object) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message}). Use --insecure if you know it"
    if isinstance(error, ssl.SSLError):
        return f"it does not speak TLS ({error.reason}). Use --plaintext if that is meant"
    if isinstance(error, TimeoutError):
        return f"no answer within {_TIMEOUT_SECONDS:.0f} s"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    return str(error) or type(error).__name__
