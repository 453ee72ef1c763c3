"""BlobStore on Azure blobs."""

from __future__ import annotations

from collections.abc import Iterator

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobClient, ContainerClient

from shared.adapters.azure.key_text import from_key_text, key_text
from shared.adapters.azure.refusals import code_of, made_first, translated
from shared.adapters.azure.storage_account import StorageAccount

_MISSING = "ContainerNotFound"


class AzureBlobStore:
    """See the port. One container; each segment of a name is spelled in the letters that all services take.

    Raises ValueError for a name with an empty, `.` or `..` segment, or one too long for blob storage.
    """

    def __init__(self, account: StorageAccount, container: str = "tidegate-blobs") -> None:
        self._account, self._name = account, container

    def get(self, name: str) -> bytes | None:
        blob = self._blob(name)
        with translated(f"get blob {name}"):
            try:
                return bytes(blob.download_blob().readall())
            except ResourceNotFoundError:
                return None

    def put(self, name: str, data: bytes) -> None:
        blob = self._blob(name)
        with translated(f"put blob {name}"):
            made_first(
                lambda: blob.upload_blob(data, overwrite=True), self._container.create_container, _MISSING
            )

    def exists(self, name: str) -> bool:
        blob = self._blob(name)
        with translated(f"look for blob {name}"):
            return bool(blob.exists())

    def delete(self, name: str) -> None:
        blob = self._blob(name)
        with translated(f"delete blob {name}"):
            try:
                blob.delete_blob()
            except ResourceNotFoundError:
                return

    def list(self, prefix: str) -> Iterator[str]:
        start = "/".join(map(key_text, prefix.split("/")))
        with translated(f"list blobs {prefix}"):
            try:
                for found in self._container.list_blob_names(name_starts_with=start):
                    yield "/".join(map(from_key_text, found.split("/")))
            except ResourceNotFoundError as error:
                if code_of(error) != _MISSING:
                    raise

    @property
    def _container(self) -> ContainerClient:
        return self._account.blobs.get_container_client(self._name)

    def _blob(self, name: str) -> BlobClient:
        segments = name.split("/")
        if any(segment in {"", ".", ".."} for segment in segments):
            raise ValueError(f"blob name {name!r} has an empty, '.' or '..' segment")
        return self._container.get_blob_client("/".join(map(key_text, segments)))
