"""HTTP with one cluster: one pool, one renewal of a refused token, one place for connection errors."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, NoReturn

import msgspec
import requests
import urllib3

from shared.adapters.kubernetes.refusals import Call, refusal, status_of
from shared.adapters.kubernetes.transport import open_session
from shared.errors import UnavailableError
from shared.ports.cluster_credentials import ClusterAccess, ClusterCredentials

log = logging.getLogger(__name__)

_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 60.0
_CHUNK_BYTES = 65536
_EARLY_SECONDS = 300.0
_LOST = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)


@dataclass(frozen=True, slots=True)
class _Connection:
    access: ClusterAccess
    session: requests.Session


class RestClient:
    """One cluster. Safe to share between threads."""

    def __init__(self, credentials: ClusterCredentials, reference: str) -> None:
        """Ask the credentials for the access; nothing is sent. Errors as in ClusterCredentials."""
        self._credentials = credentials
        self._reference = reference
        self._lock = threading.Lock()
        access = credentials.access(reference)
        self._connection = _Connection(access, open_session(access))

    @property
    def server(self) -> str:
        """The URL in use, without a slash at its end."""
        return self._connection.access.server.rstrip("/")

    def send(self, call: Call) -> bytes:
        """Send and return the body of a success. Raises as the cluster ports say."""
        with self._answer(call, stream=False, answer_seconds=_ANSWER_SECONDS) as response:
            return response.content

    def json(self, call: Call) -> Any:
        """Like `send`, decoded."""
        body = self.send(call)
        try:
            return msgspec.json.decode(body)
        except msgspec.DecodeError as error:
            raise UnavailableError(f"{call.doing}: {self.server} answered no JSON") from error

    def lines(self, call: Call, quiet_seconds: float) -> Iterator[bytes]:
        """Yield the lines of an answer as they arrive, until it ends; at most `quiet_seconds` apart."""
        with self._answer(call, stream=True, answer_seconds=quiet_seconds) as response:
            yield from self._lines_of(call, response)

    def open_lines(self, call: Call, quiet_seconds: float) -> tuple[Iterator[bytes], Callable[[], None]]:
        """As `lines`, but sent at once; the second value ends the first from another thread.

        The lines have to be read to their end, which then comes at once: that closes the connection.
        """
        opened, shut = ExitStack(), threading.Event()
        response = opened.enter_context(self._answer(call, stream=True, answer_seconds=quiet_seconds))

        def end() -> None:
            shut.set()
            with suppress(RuntimeError, ValueError, OSError):  # it has ended by itself
                response.raw.shutdown()

        def lines() -> Iterator[bytes]:
            with opened:
                try:
                    yield from self._lines_of(call, response)
                except UnavailableError:
                    if not shut.is_set():
                        raise

        return lines(), end

    def _lines_of(self, call: Call, response: requests.Response) -> Iterator[bytes]:
        rest = b""
        while chunk := self._chunk(call, response):
            *lines, rest = (rest + chunk).split(b"\n")
            yield from filter(None, lines)
        if rest:
            yield rest

    def close(self) -> None:
        """Close the kept connections."""
        self._connection.session.close()

    def _chunk(self, call: Call, response: requests.Response) -> bytes:
        try:
            chunk: bytes = response.raw.read1(_CHUNK_BYTES, decode_content=True)
        except _LOST as error:
            self._lost(call, error)
        return chunk

    @contextmanager
    def _answer(self, call: Call, *, stream: bool, answer_seconds: float) -> Iterator[requests.Response]:
        try:
            response = self._sent(call, stream, answer_seconds)
        except _LOST as error:
            self._lost(call, error)
        with response:
            self._check(call, response)
            yield response

    def _sent(self, call: Call, stream: bool, answer_seconds: float) -> requests.Response:
        """Send; where we are refused or the server is not the cluster, once more with a renewed access."""
        connection = self._current()
        try:
            response = self._once(connection, call, stream, answer_seconds)
        except _LOST as error:
            if not _is_elsewhere(error):
                raise
        else:
            if response.status_code != HTTPStatus.UNAUTHORIZED:
                return response
            response.close()
        return self._once(self._renewed(connection), call, stream, answer_seconds)

    def _once(
        self, connection: _Connection, call: Call, stream: bool, answer_seconds: float
    ) -> requests.Response:
        access = connection.access
        headers = {"Accept": call.accept}
        if access.token is not None:
            headers["Authorization"] = f"Bearer {access.token.reveal()}"
        if call.body is not None:
            headers["Content-Type"] = call.content_type
        return connection.session.request(
            call.method,
            access.server.rstrip("/") + call.path,
            params=call.query or None,
            data=None if call.body is None else msgspec.json.encode(call.body),
            headers=headers,
            timeout=(_CONNECT_SECONDS, answer_seconds),
            allow_redirects=False,
            stream=stream,
        )

    def _current(self) -> _Connection:
        """Return the connection, with the next token when this one is about to end."""
        connection = self._connection
        if not connection.access.expires_at or time.time() < connection.access.expires_at - _EARLY_SECONDS:
            return connection
        return self._replaced(connection, renew=False)

    def _renewed(self, refused: _Connection) -> _Connection:
        """Return a connection with a new token; threads that were refused together renew once."""
        log.info("cluster access refused, renewing", extra={"server": self.server})
        return self._replaced(refused, renew=True)

    def _replaced(self, old: _Connection, *, renew: bool) -> _Connection:
        with self._lock:
            if self._connection is old:
                access = self._credentials.access(self._reference, renew=renew)
                session = old.session if _peer(access) == _peer(old.access) else open_session(access)
                self._connection = _Connection(access, session)
            return self._connection

    def _check(self, call: Call, response: requests.Response) -> None:
        if response.status_code < HTTPStatus.MULTIPLE_CHOICES:
            warning = response.headers.get("Warning")
            if warning and not call.secret:
                log.warning("cluster warns", extra={"doing": call.doing, "warning": warning})
            return
        try:
            body = response.content
        except _LOST as error:
            self._lost(call, error)
        raise refusal(call, status_of(body, response.status_code), response.headers.get("Retry-After"))

    def _lost(self, call: Call, error: Exception) -> NoReturn:
        raise UnavailableError(
            f"{call.doing}: cluster {self.server} did not answer: {_root(error)}"
        ) from error


def _peer(access: ClusterAccess) -> ClusterAccess:
    """What a session is opened with: all but the token."""
    return replace(access, token=None, expires_at=0)


def _is_elsewhere(error: BaseException | None) -> bool:
    """Whether nothing was sent, because the name is gone or the server has no certificate of the known CA."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        if isinstance(error, ssl.SSLCertVerificationError | socket.gaierror):
            return True
        seen.append(error)
        error = error.__cause__ or error.__context__
    return False


def _root(error: BaseException) -> str:
    """The innermost reason, without the layers of libraries around it."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return str(error) or type(error).__name__
