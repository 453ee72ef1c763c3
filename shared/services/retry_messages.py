"""Use case: what the queues gave up is looked at, done again or dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.record.poison_message import PoisonMessage
from shared.domain.secrets.secret_ref import SecretRef
from shared.domain.specs.app_ref import AppRef
from shared.domain.work.message import WorkKind, WorkMessage
from shared.domain.work.message_text import from_text
from shared.errors import InvalidRequestError, NotFoundError
from shared.ports.work_queue import WorkQueue
from shared.services.application_rows import ApplicationRows
from shared.services.image_work import EVERY_IMAGE, ImageWork, where_of
from shared.services.poison_rows import PoisonRows
from shared.services.record_audit import RecordAudit
from shared.services.wake_applications import WakeApplications
from shared.services.wake_secrets import WakeSecrets

_WORK = "work"
EVENT_QUEUES = ("events", "event-grid")
QUEUES = (_WORK, *EVENT_QUEUES)


@dataclass(frozen=True, slots=True)
class Retrying:
    """The services and ports of the use case."""

    poison: PoisonRows
    rows: ApplicationRows
    wake: WakeApplications
    wake_secret: WakeSecrets
    images: ImageWork
    queue: Callable[[str], WorkQueue]
    audit: RecordAudit


class RetryMessages:
    """The message goes when it is on its way again; should it fail again, it comes back with a new count."""

    def __init__(self, use: Retrying) -> None:
        self._use = use

    def page(self, limit: int, token: str = "") -> tuple[list[PoisonMessage], str]:
        return self._use.poison.page(limit, token)

    def one(self, id: str) -> PoisonMessage:
        """Raises NotFoundError."""
        found = self._use.poison.get(id)
        if found is None:
            raise NotFoundError(
                f"Message {id!r}: there is none. It was retried or deleted, or never given up"
            )
        return found

    def retry(self, id: str, *, who: str) -> None:
        """Do it again.

        An event goes back unchanged. Work is asked for anew: the row of its subject knows what is to be done,
        and the token of the old message may be anybody's.
        Raises NotFoundError without the message or its subject, InvalidRequestError for work that is no work.
        """
        message = self.one(id)
        if message.queue in EVENT_QUEUES:
            self._use.queue(message.queue).send(message.text)
        elif message.queue == _WORK:
            self._wake(id, from_text(message.text))
        else:
            raise InvalidRequestError(f"Message {id}: the queue {message.queue!r} is not ours. Delete it")
        self._use.poison.remove(id)
        self._use.audit(who, "message.retry", f"{message.queue}/{id}")

    def delete(self, id: str, *, who: str) -> None:
        """Drop it. Raises NotFoundError."""
        message = self.one(id)
        self._use.poison.remove(id)
        self._use.audit(who, "message.delete", f"{message.queue}/{id}")

    def _wake(self, id: str, work: WorkMessage) -> None:
        if not self._woken(work):
            raise NotFoundError(
                f"Message {id}: its subject {work.subject} is gone, so there is nothing to be done. Delete it"
            )

    def _woken(self, work: WorkMessage) -> bool:
        if work.kind is WorkKind.SECRET:
            return self._use.wake_secret(SecretRef.parse(work.subject), whole=True)
        if work.kind is WorkKind.IMAGES:
            row = self._use.images.row(work.subject)
            if row is not None:
                self._use.images.wake(where_of(row), {EVERY_IMAGE: ""})
            return row is not None
        ref = AppRef.parse(work.subject)
        known = self._use.rows.application(ref) is not None or self._use.rows.status(ref).etag is not None
        if known:
            self._use.wake(ref, "refresh")
        return known
