"""The HTTP server under every part of the sandbox that speaks HTTP: on 127.0.0.1, hanging up at its end."""

from __future__ import annotations

import socket
import sys
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from threading import Lock, Thread
from typing import Any

_LOOK_SECONDS = 0.02


class LoopbackServer(ThreadingHTTPServer):
    """`begin` serves in a thread; `end` closes every connection that is kept alive and waits for all threads.

    Port 0 takes a free one. Raises OSError when the port is taken.
    """

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, port: int, handler: Any) -> None:
        self._open: set[socket.socket] = set()
        self._guard = Lock()
        super().__init__(("127.0.0.1", port), handler)

    def begin(self, name: str) -> None:
        """Serve in a thread of this name."""
        self._thread = Thread(target=self.serve_forever, args=(_LOOK_SECONDS,), name=name, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop listening, hang up, and wait."""
        self.shutdown()
        self._thread.join()
        self.server_close()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, known before the begin."""
        return f"http://127.0.0.1:{self.server_port}"

    def server_bind(self) -> None:
        """Bind without the reverse look-up of HTTPServer, which waits for DNS on some machines."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        with self._guard:
            for connection in self._open:
                _hang_up(connection)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away, or that does not trust us, is no event; a bug of ours is."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was closed already
