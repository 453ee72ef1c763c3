"""HTTP/1.1 on one address: a thread a connection, raw paths, whole bodies or streams."""

from __future__ import annotations

import logging
import re
import select
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from time import monotonic

from functions._http import close
from host.http_functions import HttpAnswer, HttpCall, json_error
from shared.errors import InvalidRequestError, PayloadTooLargeError, TidegateError, UnavailableError

MAX_BODY_BYTES = 100 * 1024 * 1024  # Source: FUNCTIONS_REQUEST_BODY_SIZE_LIMIT
_IDLE_SECONDS = 75
_LONGEST_LINE = 65536
_NO_BODY = {204, 304}
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?\r?\n", re.DOTALL)
log = logging.getLogger(__name__)


class _Handler(BaseHTTPRequestHandler):
    """Reads requests off one connection and writes what `server.answer` says."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.connections.opened(self.connection)

    def finish(self) -> None:
        self.server.connections.closed(self.connection)
        super().finish()

    def handle_one_request(self) -> None:
        """Read a request, answer it, and say whether the connection stays open."""
        try:
            self.raw_requestline = self.rfile.readline(_LONGEST_LINE + 1)
            if not self.raw_requestline or len(self.raw_requestline) > _LONGEST_LINE:
                self.close_connection = True
                return
            if not self.server.connections.busy(self.connection):
                self.close_connection = True
                return
            if self.parse_request():
                self._answer()
            if not self.server.connections.idle(self.connection):
                self.close_connection = True
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _answer(self) -> None:
        try:
            body = self._body()
        except TidegateError as error:
            self.close_connection = True  # the rest of the body is still on the wire
            self._write(json_error(error.http_status, str(error)))
            return
        self._write(self.server.answer(HttpCall(self.command, self._target(), self._headers(), body)))

    def _target(self) -> str:
        """The path and query as sent; of an absolute URL, what follows the host."""
        target = self.requestline.split()[1]
        if "://" in target.partition("?")[0]:
            target = "/" + target.split("://", 1)[1].partition("/")[2]
        return target

    def _headers(self) -> dict[str, str]:
        """Source: the platform lower-cases names and joins repeated headers with a comma."""
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            key = name.lower()
            headers[key] = f"{headers[key]},{value}" if key in headers else value
        return headers

    def _body(self) -> bytes:
        coding = self.headers.get("Transfer-Encoding", "").lower()
        length = self.headers.get("Content-Length")
        if coding:
            if coding != "chunked" or length is not None:
                raise InvalidRequestError(
                    "request: has a Transfer-Encoding other than chunked, or two lengths"
                )
            return self._chunks()
        if length is None:
            return b""
        if not (length.isascii() and length.isdecimal()):
            raise InvalidRequestError("request: Content-Length is no number")
        return self._exactly(_allowed(int(length)))

    def _chunks(self) -> bytes:
        parts: list[bytes] = []
        total = 0
        while size := _chunk_size(self.rfile.readline(_LONGEST_LINE)):
            total = _allowed(total + size)
            parts.append(self._exactly(size))
            if self._exactly(2) != b"\r\n":
                raise InvalidRequestError("request: a chunk is longer than it says")
        while self.rfile.readline(_LONGEST_LINE).strip():
            pass  # trailers
        return b"".join(parts)

    def _exactly(self, size: int) -> bytes:
        data = self.rfile.read(size)
        if len(data) < size:
            raise InvalidRequestError("request: ended before its body did")
        return data

    def _write(self, answer: HttpAnswer) -> None:
        head = [f"HTTP/1.1 {answer.status} {self.responses.get(answer.status, ('',))[0]}"]
        head += [f"{name}: {value}" for name, value in answer.headers]
        if not isinstance(answer.body, bytes):
            self._stream(head, answer.body)
            return
        if answer.status not in _NO_BODY:
            head.append(f"Content-Length: {len(answer.body)}")
        if self.close_connection:
            head.append("Connection: close")
        body = b"" if self.command == "HEAD" or answer.status in _NO_BODY else answer.body
        self.wfile.write(_head(head) + body)

    def _stream(self, head: list[str], parts: Iterator[bytes]) -> None:
        """Send parts as they come, until they end, the client goes away or the server stops."""
        chunked = self.request_version != "HTTP/1.0"
        self.close_connection = self.close_connection or not chunked
        head.append("Transfer-Encoding: chunked" if chunked else "Connection: close")
        try:
            self.wfile.write(_head(head))
            for part in parts:
                if part:
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
                if self.server.connections.closing or _hung_up(self.connection):
                    self.close_connection = True
                    break
            if chunked:
                self.wfile.write(b"0\r\n\r\n")
        except (ConnectionError, TimeoutError):
            raise
        except Exception:
            # the status is on its way already: only a broken end can say that this is not the whole answer
            log.exception("a stream failed")
            self.close_connection = True
        finally:
            close(parts)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the standard library refuses by itself (a malformed request line, too many headers)."""
        self.close_connection = True
        if not hasattr(self, "command"):
            self.command = ""
        self._write(json_error(int(code), message or explain or "malformed request"))

    def log_message(self, format: str, *args: object) -> None:
        log.debug(format, *args)


def _head(lines: list[str]) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def _hung_up(connection: socket.socket) -> bool:
    """Whether the client has closed its side; what it may have sent ahead stays unread."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0)) and connection.recv(1, socket.MSG_PEEK) == b""


def _chunk_size(line: bytes) -> int:
    match = _CHUNK_SIZE.match(line)
    if match is None:
        raise InvalidRequestError("request: a chunk has no size")
    return int(match[1], 16)


def _allowed(size: int) -> int:
    if size > MAX_BODY_BYTES:
        raise PayloadTooLargeError(f"request: body is larger than {MAX_BODY_BYTES} bytes. Send less")
    return size


class _Connections:
    """Which connections are open, and which are in the middle of a request."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._idle: set[socket.socket] = set()
        self._busy: set[socket.socket] = set()
        self._closing = False

    @property
    def closing(self) -> bool:
        """The server stops: streams without an end have to end now."""
        return self._closing

    def opened(self, connection: socket.socket) -> None:
        with self._condition:
            self._idle.add(connection)

    def busy(self, connection: socket.socket) -> bool:
        """A request has begun. False: too late, close."""
        with self._condition:
            self._idle.discard(connection)
            if not self._closing:
                self._busy.add(connection)
            return not self._closing

    def idle(self, connection: socket.socket) -> bool:
        """The request has its answer. False: no more on this connection, close."""
        with self._condition:
            self._busy.discard(connection)
            self._idle.add(connection)
            self._condition.notify_all()
            return not self._closing

    def closed(self, connection: socket.socket) -> None:
        with self._condition:
            self._idle.discard(connection)
            self._busy.discard(connection)
            self._condition.notify_all()

    def close(self, deadline: float) -> bool:
        """Let requests that have begun have their answers, end all else; False when time was up first."""
        with self._condition:
            self._closing = True
            for connection in self._idle:
                _shut(connection)
            done = self._condition.wait_for(lambda: not self._busy, max(0.0, deadline - monotonic()))
            for connection in self._idle | self._busy:
                _shut(connection)
            self._condition.wait_for(lambda: not self._idle, 1.0)
            return done


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        log.debug("connection was closed already")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], answer: Callable[[HttpCall], HttpAnswer]) -> None:
        self.answer = answer
        self.connections = _Connections()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """As the base class, without its look-up of the host's name, which may take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        log.error("connection failed", exc_info=True)  # noqa: LOG014 called inside the except clause


class HttpServer:
    """Listens from its making on; answers between `start` and `stop`."""

    def __init__(self, address: str, port: int, answer: Callable[[HttpCall], HttpAnswer]) -> None:
        """Raises UnavailableError when the port is taken."""
        try:
            self._server = _Server((address, port), answer)
        except OSError as error:
            raise UnavailableError(
                f"address {address}:{port}: cannot be listened on: {error}. Set TIDEGATE_PORT to a free one"
            ) from error
        self._thread = Thread(target=self._server.serve_forever, args=(0.2,), name="http", daemon=True)

    @property
    def url(self) -> str:
        return f"http://{self._server.server_name}:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self, deadline: float) -> bool:
        """Take no more requests, wait for begun ones until `deadline` (monotonic seconds), close.

        Returns False when a request was still running then.
        """
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        done = self._server.connections.close(deadline)
        self._server.server_close()
        return done
