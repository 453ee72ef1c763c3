"""An HTTP server on 127.0.0.1 that hangs up when it is closed."""

from __future__ import annotations

import socket
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from threading import Lock
from typing import Any


class LoopbackServer(ThreadingHTTPServer):
    """Closing it closes every connection that is kept alive, and waits for their threads."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, port: int, handler: Any) -> None:
        self._open: set[socket.socket] = set()
        self._guard = Lock()
        super().__init__(("127.0.0.1", port), handler)

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
        """A client that went away is no event."""


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was closed already
