"""HTTP/1.1 on 127.0.0.1: keep-alive, one write an answer, chunked streams. Knows nothing of Kubernetes."""

from __future__ import annotations

import json
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import unquote

MAX_BODY_BYTES = 16 * 1024 * 1024
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Message:
    """One request. `path` is decoded, `query` is raw, header names are lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. A body that is an iterator is streamed in chunks; b"" asks whether the client is there.

    `warnings` are told beside it, as kubectl shows them.
    """

    status: int
    body: bytes | Iterator[bytes]
    content_type: str = "application/json"
    warnings: tuple[str, ...] = ()


class Wire:
    """Listens and answers, one thread a connection. `handle` must not raise; `tls` is what HTTPS needs."""

    def __init__(
        self, handle: Callable[[Message], Answer], port: int = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        """Raises OSError when the port is taken."""
        self._handle, self._tls = handle, tls
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._closed = False
        self._listener = socket.create_server(("127.0.0.1", port), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name=f"sandbox-{self.port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Refuse new connections and cut the open ones."""
        with self._lock:
            self._closed = True
            connections = list(self._open)
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                if self._closed:
                    connection.close()
                    return
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, accepted: socket.socket) -> None:
        connection = accepted
        try:
            with suppress(OSError, ValueError), self._secured(accepted) as connection:
                self._converse(connection)
        finally:
            with self._lock:
                self._open -= {accepted, connection}

    def _converse(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as incoming:
            while self._one(connection, incoming):
                pass

    def _secured(self, connection: socket.socket) -> socket.socket:
        """The connection after the handshake, which its own thread waits for."""
        if self._tls is None:
            return connection
        secured = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._open.discard(connection)
            self._open.add(secured)
        try:
            secured.do_handshake()
        except OSError:
            with self._lock, secured:
                self._open.discard(secured)
            raise
        return secured

    def _one(self, connection: socket.socket, incoming: BinaryIO) -> bool:
        """Answer one request; False when the connection ends."""
        message = _read(connection, incoming)
        if message is None:
            return False
        answer = self._handle(message)
        head = (
            f"HTTP/1.1 {answer.status} {_PHRASES.get(answer.status, 'Unknown')}\r\n"
            f"Content-Type: {answer.content_type}\r\nCache-Control: no-cache, private\r\n"
        )
        head += "".join(f"Warning: 299 - {json.dumps(text)}\r\n" for text in answer.warnings)
        if isinstance(answer.body, bytes):
            head += f"Content-Length: {len(answer.body)}\r\n\r\n"
            connection.sendall(head.encode() + (b"" if message.method == "HEAD" else answer.body))
        else:
            connection.sendall((head + "Transfer-Encoding: chunked\r\n\r\n").encode())
            if not _stream(connection, answer.body):
                return False
        return message.headers.get("connection", "").lower() != "close"


def _stream(connection: socket.socket, parts: Iterator[bytes]) -> bool:
    """Send the parts; False when the client went away."""
    with closing(parts):  # type: ignore[type-var]
        for part in parts:
            if part:
                connection.sendall(b"%x\r\n%b\r\n" % (len(part), part))
            elif _hung_up(connection):
                return False
    connection.sendall(b"0\r\n\r\n")
    return True


def _hung_up(connection: socket.socket) -> bool:
    readable, _, _ = select.select([connection], [], [], 0)
    if not readable or isinstance(connection, ssl.SSLSocket):
        return bool(readable)  # a client of a stream has nothing to say over TLS but that it goes
    return connection.recv(1, socket.MSG_PEEK) == b""


def _read(connection: socket.socket, incoming: BinaryIO) -> Message | None:
    """Read one request; None at the end. Raises ValueError for what is no HTTP."""
    line = incoming.readline(65536)
    if not line.strip():
        return None
    method, url, _ = line.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while (line := incoming.readline(65536)) not in (b"\r\n", b"\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    path, _, query = url.partition("?")
    return Message(method, unquote(path), query, headers, _body(incoming, headers))


def _body(incoming: BinaryIO, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        parts: list[bytes] = []
        while size := int(incoming.readline(65536).split(b";")[0] or b"0", 16):
            parts.append(incoming.read(size))
            incoming.readline(65536)
        incoming.readline(65536)
        return b"".join(parts)
    size = int(headers.get("content-length") or 0)
    if size > MAX_BODY_BYTES:
        raise ValueError("body too large")
    return incoming.read(size) if size else b""
