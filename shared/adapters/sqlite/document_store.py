"""DocumentStore on SQLite: the embedded home's, and the fast one in tests."""

from __future__ import annotations

import json
from uuid import uuid4

from shared.adapters.sqlite.database import SqliteDatabase
from shared.errors import ConflictError, PayloadTooLargeError
from shared.ports.document_store import Document, DocumentPage

_MAX_BYTES = 1024 * 1024
_LAST_CHARACTER = "\U0010ffff"
_GET = "SELECT body, etag FROM document WHERE partition = ? AND key = ?"
_SCAN = """SELECT key, body, etag FROM document
    WHERE partition = ?1 AND key >= ?2 AND key > ?3 AND (?4 = '' OR key < ?4) ORDER BY key LIMIT ?5"""
_INSERT = "INSERT INTO document (body, etag, partition, key) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_UPDATE = "UPDATE document SET body = ?, etag = ? WHERE partition = ? AND key = ? AND etag = ?"
_DELETE = "DELETE FROM document WHERE partition = ? AND key = ? AND etag = ?"


class SqliteDocumentStore:
    """See the port; keys are ordered by code point."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    def get(self, partition: str, key: str) -> Document | None:
        with self._database.read(f"get {partition}/{key}") as db:
            row = db.execute(_GET, (partition, key)).fetchone()
        return Document(partition, key, json.loads(row[0]), row[1]) if row else None

    def put(self, document: Document) -> Document:
        name = _name(document)
        body = _encoded(document)
        etag = uuid4().hex
        row = (body, etag, document.partition, document.key)
        with self._database.write(f"put {name}") as db:
            if document.etag is None:
                if db.execute(_INSERT, row).rowcount == 0:
                    raise ConflictError(f"document {name}: exists already. Read it and try again")
            elif db.execute(_UPDATE, (*row, document.etag)).rowcount == 0:
                raise ConflictError(f"document {name}: is no longer at etag {document.etag}. Read it again")
        return Document(document.partition, document.key, json.loads(body), etag)

    def delete(self, document: Document) -> None:
        name = _name(document)
        with self._database.write(f"delete {name}") as db:
            if db.execute(_DELETE, (document.partition, document.key, document.etag)).rowcount == 0:
                raise ConflictError(f"document {name}: is no longer at etag {document.etag}. Read it again")

    def scan(self, partition: str, *, prefix: str = "", limit: int = 1000, token: str = "") -> DocumentPage:
        if limit < 1:
            raise ValueError(f"limit must be at least 1, not {limit}")
        bounds = (partition, prefix, token, _end_of(prefix), limit + 1)
        with self._database.read(f"scan {partition}") as db:
            rows = db.execute(_SCAN, bounds).fetchall()
        page = tuple(Document(partition, key, json.loads(body), etag) for key, body, etag in rows[:limit])
        return DocumentPage(page, token=page[-1].key if len(rows) > limit else "")


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


def _end_of(prefix: str) -> str:
    """The first text after all that start with `prefix`; "" when there is none."""
    stem = prefix.rstrip(_LAST_CHARACTER)
    if not stem:
        return ""
    following = "\ue000" if stem[-1] == "\ud7ff" else chr(ord(stem[-1]) + 1)
    return stem[:-1] + following
