"""The work on the images of one branch: its row, its token, its messages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import msgspec

from shared.domain.images.image_name import ImageName
from shared.domain.work.message import WorkKind, WorkMessage
from shared.domain.work.message_text import to_text
from shared.domain.work.trace import traceparent_of
from shared.errors import ConflictError
from shared.ports.clock import Clock
from shared.ports.document_store import Document, DocumentStore
from shared.ports.random import Random
from shared.ports.work_queue import WorkQueue
from shared.services.document_rows import scan
from shared.services.image_index import WriteSubject

log = logging.getLogger(__name__)
PARTITION = "image-work"
EVERY_IMAGE = "*"
_COMMITS_KEPT, _TRIES = 50, 20


@dataclass(frozen=True, slots=True)
class ImageRow:
    """`pending`: image (or EVERY_IMAGE) → trace of the event that asks for a look, "" where there is none.

    `token` "" = nothing is due. `commits` are the newest of ours on the branch, `files` those that hold tags.
    """

    subject: str
    repo_url: str
    branch: str
    token: str = ""
    due: datetime | None = None
    traceparent: str = ""
    pending: dict[str, str] = field(default_factory=dict)
    failures: int = 0
    checked_at: datetime | None = None
    files: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    etag: str | None = None


# made here, once: msgspec crashes when two threads are the first to decode a class
_LEARNT = msgspec.json.Decoder(ImageRow)


class ImageWork:
    """The token goes into the row before the message goes into the queue, as for applications."""

    def __init__(self, documents: DocumentStore, queue: WorkQueue, clock: Clock, random: Random) -> None:
        self._documents, self._queue, self._clock, self._random = documents, queue, clock, random

    def row(self, subject: str) -> ImageRow | None:
        found = self._documents.get(PARTITION, subject)
        return _row(found) if found else None

    def rows(self) -> list[ImageRow]:
        return [_row(found) for found in scan(self._documents, PARTITION)]

    def wake(self, where: WriteSubject, images: Mapping[str, str]) -> None:
        """Have these images looked at; `{}` is a look at the files only, for what was set by hand."""
        trace = next((trace for trace in images.values() if trace), "")

        def changed(row: ImageRow) -> ImageRow:
            token, now = self._random.token(), self._clock.now()
            # what asked before and is not done yet; the trace of what is done would be another change's
            parent = traceparent_of(trace) or (row.traceparent if row.token else "")
            return replace(
                row, token=token, due=now, traceparent=parent, pending={**row.pending, **images}, failures=0
            )

        self.send(self.change(where, changed))

    def change(self, where: WriteSubject, change: Callable[[ImageRow], ImageRow]) -> ImageRow:
        """Write what `change` makes of the row as it is now."""
        for _ in range(_TRIES):
            row = self.row(where.subject) or ImageRow(where.subject, where.repo_url, where.branch)
            wanted = change(row)
            body = msgspec.to_builtins(replace(wanted, etag=None, commits=wanted.commits[-_COMMITS_KEPT:]))
            try:
                self._documents.put(Document(PARTITION, where.subject, body, row.etag))
            except ConflictError:
                continue
            return wanted
        raise ConflictError(f"Images of {where.subject}: the row changed {_TRIES} times while it was written")

    def send(self, row: ImageRow) -> None:
        """Send the message of the token that is in the row already."""
        delay = max((row.due or self._clock.now()) - self._clock.now(), timedelta(0))
        self.send_again(WorkMessage(WorkKind.IMAGES, row.subject, row.token, row.traceparent), delay)

    def send_again(self, message: WorkMessage, delay: timedelta) -> None:
        """Put a message back unchanged: its subject is busy."""
        self._queue.send(to_text(message), delay)

    def later(self, where: WriteSubject, token: str, wait: timedelta) -> None:
        """Try again after `wait`, unless somebody has asked for an earlier look meanwhile."""
        now = self._clock.now()

        def changed(row: ImageRow) -> ImageRow:
            if row.token != token:
                return row
            return replace(row, token=self._random.token(), due=now + wait, failures=row.failures + 1)

        row = self.change(where, changed)
        if row.token != token:
            self.send(row)

    def overdue(self, grace: timedelta) -> int:
        """Send again what should have been answered `grace` ago; return how many. For the timer."""
        now = self._clock.now()
        late = [row for row in self.rows() if row.token and row.due is not None and row.due + grace < now]
        for row in late:
            log.warning("images woken again, the message was lost", extra={"subject": row.subject})
            self.send(row)
        return len(late)


def where_of(row: ImageRow) -> WriteSubject:
    return WriteSubject(row.subject, row.repo_url, row.branch)


def _row(found: Document) -> ImageRow:
    return replace(msgspec.convert(found.body, ImageRow), etag=found.etag)


def wanted(pending: Mapping[str, str], image: ImageName) -> bool:
    """Whether somebody asked for a look at this image."""
    return str(image) in pending or EVERY_IMAGE in pending
