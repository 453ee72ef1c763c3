"""DocumentStore on Table storage: one table for all, large bodies beside it as blobs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any

from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.data.tables import TableClient, UpdateMode

from shared.adapters.azure.key_text import end_of, from_key_text, key_text
from shared.adapters.azure.refusals import code_of, made_first, translated
from shared.adapters.azure.spilled_bodies import SpilledBodies
from shared.adapters.azure.storage_account import StorageAccount
from shared.errors import ConflictError, PayloadTooLargeError, UnavailableError
from shared.ports.document_store import Document, DocumentPage

_MAX_BYTES = 1024 * 1024
_INLINE_BYTES = 60_000
_CHUNK = 16_384  # characters: at most the 32,768 UTF-16 units that a string property takes
_PAGE = 1000  # Source: a query answers at most 1,000 entities
_TRIES = 5
_GONE = 404
_MISSING = "TableNotFound"
_REPLACED = ("UpdateConditionNotSatisfied", "ResourceNotFound", "EntityNotFound", _MISSING)
_AGAIN = ("POST",)  # the SDK would try no insert twice; one that had arrived is told as a conflict
_BODY, _SPILL = "Body", "Spill"
_ETAG_SEPARATOR = " "  # stands in no ETag of Table storage and in no blob name of ours


class TableDocumentStore:
    """See the port; keys are ordered by code point.

    A row holds `Body0`, `Body1`, … (JSON text), or `Spill`, the name of the blob with it. Each write has a
    blob of its own, so that a late deletion never takes another writer's body. Its name is part of the etag:
    who replaces a row knows what to clear away without reading it.
    Raises ValueError for a key longer than Table storage takes (about 500 letters).
    """

    def __init__(self, account: StorageAccount, name: str = "tidegate") -> None:
        self._account, self._name = account, name
        self._spilled = SpilledBodies(account, f"{name}-documents")

    @property
    def _table(self) -> TableClient:
        return self._account.tables.get_table_client(self._name)

    def get(self, partition: str, key: str) -> Document | None:
        names = key_text(partition), key_text(key)
        for _ in range(_TRIES):
            with translated(f"get {partition}/{key}"):
                try:
                    entity = self._table.get_entity(*names)
                except ResourceNotFoundError:
                    return None
                found = self._document(partition, key, entity)
            if found is not None:
                return found
        raise UnavailableError(f"document {partition}/{key}: was replaced {_TRIES} times while it was read")

    def put(self, document: Document) -> Document:
        name = _name(document)
        text = _encoded(document)
        data = text.encode()
        entity: dict[str, Any] = {
            "PartitionKey": key_text(document.partition),
            "RowKey": key_text(document.key),
        }
        spill = ""
        with translated(f"put {name}"):
            if len(data) > _INLINE_BYTES:
                spill = entity[_SPILL] = self._spilled.put(name, data)
            else:
                entity |= _chunks(text)
            try:
                etag = self._write(document, entity, name)
            except ConflictError:
                self._clear(spill)
                raise
        self._clear(_parts(document.etag)[1])
        return Document(document.partition, document.key, json.loads(text), _joined(etag, spill))

    def delete(self, document: Document) -> None:
        name = _name(document)
        if document.etag is None:
            raise ConflictError(f"document {name}: has no etag. Read it first")
        etag, spill = _parts(document.etag)
        statuses: list[int] = []  # the SDK keeps a 404 to itself
        with translated(f"delete {name}"):
            try:
                self._table.delete_entity(
                    {"PartitionKey": key_text(document.partition), "RowKey": key_text(document.key)},
                    etag=etag,
                    match_condition=MatchConditions.IfNotModified,
                    raw_response_hook=lambda answer: statuses.append(answer.http_response.status_code),
                )
            except HttpResponseError as error:
                if code_of(error) not in _REPLACED:
                    raise
                raise _stale(name, etag) from error
        if statuses and statuses[-1] == _GONE:
            raise _stale(name, etag)
        self._clear(spill)

    def scan(self, partition: str, *, prefix: str = "", limit: int = 1000, token: str = "") -> DocumentPage:
        if limit < 1:
            raise ValueError(f"limit must be at least 1, not {limit}")
        bounds = [f"PartitionKey eq '{key_text(partition)}'"]
        if token:
            bounds.append(f"RowKey gt '{token}'")
        if prefix:
            low = key_text(prefix)
            bounds.append(f"RowKey ge '{low}' and RowKey lt '{end_of(low)}'")
        with translated(f"scan {partition}"):
            rows = list(islice(self._rows(" and ".join(bounds), limit + 1), limit + 1))
            documents = [self._scanned(partition, row) for row in rows[:limit]]
        found = tuple(document for document in documents if document is not None)
        return DocumentPage(found, token=rows[limit - 1]["RowKey"] if len(rows) > limit else "")

    def _rows(self, query: str, wanted: int) -> Iterator[dict[str, Any]]:
        try:
            yield from self._table.query_entities(query, results_per_page=min(wanted, _PAGE))
        except ResourceNotFoundError as error:
            if code_of(error) != _MISSING:
                raise

    def _scanned(self, partition: str, entity: Any) -> Document | None:
        """None when the row was deleted after the query had found it."""
        key = from_key_text(entity["RowKey"])
        return self._document(partition, key, entity) or self.get(partition, key)

    def _document(self, partition: str, key: str, entity: Any) -> Document | None:
        """None when the body has been replaced since the row was read."""
        spill = entity.get(_SPILL, "")
        data = self._spilled.get(spill) if spill else _joined_chunks(entity)
        if data is None:
            return None
        return Document(partition, key, json.loads(data), _joined(entity.metadata["etag"], spill))

    def _write(self, document: Document, entity: dict[str, Any], name: str) -> str:
        table = self._table
        try:
            if document.etag is None:
                insert = partial(table.create_entity, entity, retry_on_methods=_AGAIN)
                return str(made_first(insert, table.create_table, _MISSING)["etag"])
            etag = _parts(document.etag)[0]
            return str(
                table.update_entity(
                    entity, UpdateMode.REPLACE, etag=etag, match_condition=MatchConditions.IfNotModified
                )["etag"]
            )
        except ResourceExistsError as error:
            if code_of(error) != "EntityAlreadyExists":
                raise
            raise ConflictError(f"document {name}: exists already. Read it and try again") from error
        except HttpResponseError as error:
            if code_of(error) not in _REPLACED:
                raise
            raise _stale(name, document.etag) from error

    def _clear(self, spill: str) -> None:
        """Remove a body that no row points to. Should that fail, bytes are left behind, nothing else."""
        if spill:
            with suppress(UnavailableError), translated(f"delete {spill}"):
                self._spilled.delete(spill)


def _stale(name: str, etag: str | None) -> ConflictError:
    return ConflictError(f"document {name}: is no longer at etag {etag}. Read it again")


def _joined(etag: str, spill: str) -> str:
    return f"{etag}{_ETAG_SEPARATOR}{spill}" if spill else etag


def _parts(etag: str | None) -> tuple[str, str]:
    """(the server's etag, the name of the spilled body or "")."""
    own, _, spill = (etag or "").partition(_ETAG_SEPARATOR)
    return own, spill


def _chunks(text: str) -> dict[str, str]:
    starts = range(0, len(text), _CHUNK)
    return {f"{_BODY}{number}": text[start : start + _CHUNK] for number, start in enumerate(starts)}


def _joined_chunks(entity: Any) -> str:
    count = sum(name.startswith(_BODY) for name in entity)
    return "".join(entity[f"{_BODY}{number}"] for number in range(count))


def _name(document: Document) -> str:
    if not document.partition or not document.key:
        raise ValueError(f"a document needs a partition and a key: {document.partition!r}/{document.key!r}")
    return f"{document.partition}/{document.key}"


def _encoded(document: Document) -> str:
    text = json.dumps(document.body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    size = len(text.encode())
    if size > _MAX_BYTES:
        raise PayloadTooLargeError(
            f"document {_name(document)}: body has {size} bytes, more than {_MAX_BYTES}. Put it into a blob"
        )
    return text
