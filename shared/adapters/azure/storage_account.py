"""One storage account: who we are there, and its three services."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import requests
from azure.core.credentials import TokenCredential
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter

from shared.domain.access.secret_text import SecretText
from shared.errors import InvalidSpecError

if TYPE_CHECKING:
    from azure.data.tables import TableServiceClient
    from azure.storage.blob import BlobServiceClient
    from azure.storage.queue import QueueServiceClient

_SUBJECT, _FIELD = "settings", "AzureWebJobsStorage"
_POOL = 32
_TIMEOUTS = {"connection_timeout": 5, "read_timeout": 30}
# One more try at once for a connection that has gone stale. Refusals and throttling go to the caller, which
# stores what it waits for and comes again: nobody sleeps in a function.
_RETRIES = {
    **dict.fromkeys(("retry_total", "retry_connect", "retry_read"), 1),
    **dict.fromkeys(("retry_status", "retry_backoff_factor"), 0),
    **dict.fromkeys(("initial_backoff", "increment_base", "random_jitter_range"), 0),
}
# The account that every emulator has; its key is public
_DEVELOPMENT_ACCOUNT = "devstoreaccount1"
_DEVELOPMENT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@dataclass(frozen=True, slots=True)
class StorageCall:
    """One request as it goes out, tries of the SDK included. `service` is blob, queue or table."""

    service: str
    method: str
    path: str
    query: str = ""


def development_storage(blob_port: int = 10000, queue_port: int = 10001, table_port: int = 10002) -> str:
    """Return the connection string of an emulator on this machine."""
    ports = {"Blob": blob_port, "Queue": queue_port, "Table": table_port}
    endpoints = (
        f"{name}Endpoint=http://127.0.0.1:{port}/{_DEVELOPMENT_ACCOUNT}" for name, port in ports.items()
    )
    name = f"AccountName={_DEVELOPMENT_ACCOUNT};AccountKey={_DEVELOPMENT_KEY}"
    return f"DefaultEndpointsProtocol=http;{name};{';'.join(endpoints)}"


class StorageAccount:
    """Makes the SDK's clients when they are first asked for; one connection pool for all of them.

    `on_call` is told of every request. Safe to share between threads. Nothing is sent here.
    """

    def __init__(
        self,
        *,
        connection: SecretText | None = None,
        credential: TokenCredential | None = None,
        name: str = "",
        on_call: Callable[[StorageCall], None] | None = None,
    ) -> None:
        # the SDK tells of every request at level INFO, in two long records
        logging.getLogger("azure").setLevel(logging.WARNING)
        self._connection, self._credential, self.name = connection, credential, name
        self._on_call = on_call

    @classmethod
    def by_connection(
        cls, connection: SecretText, *, on_call: Callable[[StorageCall], None] | None = None
    ) -> Self:
        """By a connection string with a key; `UseDevelopmentStorage=true` is the emulator's.

        Raises InvalidSpecError for what is none.
        """
        text = connection.reveal().strip()
        parts = dict(part.partition("=")[::2] for part in text.split(";") if part)
        if parts.get("UseDevelopmentStorage", "").lower() == "true":
            return cls.by_connection(SecretText(development_storage()), on_call=on_call)
        if not (parts.get("AccountName") and parts.get("AccountKey")):
            raise InvalidSpecError(
                _SUBJECT,
                _FIELD,
                "is no connection string with AccountName and AccountKey",
                f"Write one, or set {_FIELD}__accountName for an identity",
            )
        return cls(connection=connection, name=parts["AccountName"], on_call=on_call)

    @classmethod
    def by_identity(
        cls, name: str, client_id: str = "", *, on_call: Callable[[StorageCall], None] | None = None
    ) -> Self:
        """By the managed identity `client_id`; without one, by who is logged in here (on Azure: the app)."""
        from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

        credential: TokenCredential = (
            ManagedIdentityCredential(client_id=client_id) if client_id else DefaultAzureCredential()
        )
        return cls(credential=credential, name=name, on_call=on_call)

    @cached_property
    def tables(self) -> TableServiceClient:
        from azure.data.tables import TableServiceClient

        if self._connection:
            return TableServiceClient.from_connection_string(
                self._connection.reveal(), **self._options("table")
            )
        return TableServiceClient(self._url("table"), credential=self._credential, **self._options("table"))

    @cached_property
    def blobs(self) -> BlobServiceClient:
        from azure.storage.blob import BlobServiceClient

        if self._connection:
            return BlobServiceClient.from_connection_string(
                self._connection.reveal(), **self._options("blob")
            )
        return BlobServiceClient(self._url("blob"), credential=self._credential, **self._options("blob"))

    @cached_property
    def queues(self) -> QueueServiceClient:
        from azure.storage.queue import QueueServiceClient

        if self._connection:
            return QueueServiceClient.from_connection_string(
                self._connection.reveal(), **self._options("queue")
            )
        return QueueServiceClient(self._url("queue"), credential=self._credential, **self._options("queue"))

    def close(self) -> None:
        """Close the connections. Safe to call twice."""
        self._session.close()

    @cached_property
    def _session(self) -> requests.Session:
        session = requests.Session()
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(pool_maxsize=_POOL))
        return session

    def _options(self, service: str) -> dict[str, Any]:
        return {"transport": _Transport(self._session, service, self._on_call), **_RETRIES}

    def _url(self, service: str) -> str:
        return f"https://{self.name}.{service}.core.windows.net"


class _Transport(RequestsTransport):  # type: ignore[misc]  # imported by a module's __getattr__
    """The SDK's transport on a shared pool; tells of each request."""

    def __init__(
        self, session: requests.Session, service: str, on_call: Callable[[StorageCall], None] | None
    ) -> None:
        super().__init__(session=session, session_owner=False, **_TIMEOUTS)
        self._service, self._on_call = service, on_call

    def send(self, request: Any, **options: Any) -> Any:
        if self._on_call is not None:
            url = urlsplit(request.url)
            self._on_call(StorageCall(self._service, request.method, url.path, url.query))
        return super().send(request, **options)
