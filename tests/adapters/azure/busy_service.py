"""A storage account that answers what no healthy one can be made to answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from shared.adapters.azure.storage_account import StorageAccount, development_storage
from shared.domain.access.secret_text import SecretText


class BusyService:
    """Every request gets `status`, `code` and `headers`; `requests` counts them."""

    def __init__(self) -> None:
        self.status, self.code = 503, "ServerBusy"
        self.headers: dict[str, str] = {}
        self.requests: list[str] = []
        self.hang_up = 0  # so many requests are not answered at all


@contextmanager
def busy_account() -> Iterator[tuple[BusyService, StorageAccount]]:
    """The service and an account that points at it."""
    service = BusyService()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            service.requests.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if service.hang_up:
                service.hang_up -= 1
                self.close_connection = True
                return
            self.send_response(service.status)
            for name, value in {**service.headers, "x-ms-error-code": service.code}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = do_MERGE = answer  # noqa: N815

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    port = server.server_port
    try:
        connection = SecretText(development_storage(port, port, port))
        with closing(StorageAccount.by_connection(connection)) as account:
            yield service, account
    finally:
        server.shutdown()
        server.server_close()
