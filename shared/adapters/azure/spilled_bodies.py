"""Bodies too large for a row of Table storage."""

from __future__ import annotations

from hashlib import sha256
from uuid import uuid4

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobClient, ContainerClient

from shared.adapters.azure.refusals import made_first
from shared.adapters.azure.storage_account import StorageAccount

_MISSING = "ContainerNotFound"
_DIGITS = 32


class SpilledBodies:
    """Blobs `<hash of the document's name>/<hash of the content>-<random>`. Raises the SDK's errors."""

    def __init__(self, account: StorageAccount, container: str) -> None:
        self._account, self._name = account, container

    def get(self, name: str) -> bytes | None:
        try:
            return bytes(self._blob(name).download_blob().readall())
        except ResourceNotFoundError:
            return None

    def put(self, document: str, data: bytes) -> str:
        """Write the body and return the name under which it lies."""
        folder, content = (sha256(each).hexdigest()[:_DIGITS] for each in (document.encode(), data))
        name = f"{folder}/{content}-{uuid4().hex[:8]}"
        made_first(lambda: self._blob(name).upload_blob(data), self._container.create_container, _MISSING)
        return name

    def delete(self, name: str) -> None:
        try:
            self._blob(name).delete_blob()
        except ResourceNotFoundError:
            return

    @property
    def _container(self) -> ContainerClient:
        return self._account.blobs.get_container_client(self._name)

    def _blob(self, name: str) -> BlobClient:
        return self._container.get_blob_client(name)
