"""Leases on blob leases: the service's clock ends them, whatever becomes of the holder."""

from __future__ import annotations

from contextlib import suppress
from uuid import uuid4

from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobClient, BlobLeaseClient, BlobProperties, ContainerClient

from shared.adapters.azure.key_text import key_text
from shared.adapters.azure.refusals import code_of, made_first, translated
from shared.adapters.azure.storage_account import StorageAccount
from shared.ports.lease import Lease

_SHORTEST, _LONGEST = 15, 60
_EPOCH = "epoch"
_MISSING = "ContainerNotFound"
_EPOCH_DIGITS = 12
_TAKEN = (  # by another, between our look and our step
    *(
        "LeaseAlreadyPresent",
        "ConditionNotMet",
        "LeaseIdMissing",
        "LeaseLost",
        "LeaseNotPresentWithBlobOperation",
    ),
    *("LeaseIdMismatchWithBlobOperation", "LeaseIdMismatchWithLeaseOperation"),
)
_LOST = (
    *("LeaseIdMismatchWithLeaseOperation", "LeaseNotPresentWithLeaseOperation", "LeaseLost"),
    *("LeaseIsBrokenAndCannotBeRenewed", "LeaseAlreadyBroken", "BlobNotFound", _MISSING),
)


class BlobLeases:
    """See the port. One empty blob a name; its metadata keep the epoch, its lease id ends with it.

    The epoch is written under the lease and the etag with which it was read, so that it only grows.
    Two clock-free facts fence a paused holder: its lease id is refused, and its epoch is old.
    """

    def __init__(self, account: StorageAccount, container: str = "tidegate-leases") -> None:
        self._account, self._name = account, container

    def acquire(self, name: str, seconds: int = _LONGEST) -> Lease | None:
        if not _SHORTEST <= seconds <= _LONGEST:
            raise ValueError(f"a lease lasts {_SHORTEST} to {_LONGEST} seconds, not {seconds}")
        blob = self._blob(name)
        with translated(f"acquire lease {name}"):
            found = self._found_or_made(blob)
            if found.lease.state == "leased":
                return None
            epoch = int((found.metadata or {}).get(_EPOCH, "0")) + 1
            holder = f"{uuid4()}"[:-_EPOCH_DIGITS] + f"{epoch:0{_EPOCH_DIGITS}x}"
            try:
                BlobLeaseClient(blob, holder).acquire(
                    seconds, etag=found.etag, match_condition=MatchConditions.IfNotModified
                )
                blob.set_blob_metadata({_EPOCH: str(epoch)}, lease=holder)
            except HttpResponseError as error:
                if code_of(error) not in _TAKEN:
                    raise
                return None
        return Lease(name, holder, epoch)

    def renew(self, lease: Lease) -> bool:
        if lease.holder[-_EPOCH_DIGITS:] != f"{lease.epoch:0{_EPOCH_DIGITS}x}":
            return False
        with translated(f"renew lease {lease.name}"):
            try:
                BlobLeaseClient(self._blob(lease.name), lease.holder).renew()
            except HttpResponseError as error:
                if code_of(error) not in _LOST:
                    raise
                return False
        return True

    def release(self, lease: Lease) -> None:
        with translated(f"release lease {lease.name}"):
            try:
                BlobLeaseClient(self._blob(lease.name), lease.holder).release()
            except HttpResponseError as error:
                if code_of(error) not in _LOST:
                    raise

    def _found_or_made(self, blob: BlobClient) -> BlobProperties:
        try:
            return blob.get_blob_properties()
        except ResourceNotFoundError:
            pass
        with suppress(ResourceExistsError):  # another was first
            made_first(lambda: blob.upload_blob(b""), self._container.create_container, _MISSING)
        return blob.get_blob_properties()

    @property
    def _container(self) -> ContainerClient:
        return self._account.blobs.get_container_client(self._name)

    def _blob(self, name: str) -> BlobClient:
        return self._container.get_blob_client(key_text(name))
