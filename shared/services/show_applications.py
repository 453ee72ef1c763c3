"""Use case: applications as people and clients see them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from shared.domain.record.application_status import ApplicationStatus
from shared.domain.specs.app_ref import AppRef
from shared.domain.views.application_filter import ApplicationFilter, counts
from shared.domain.views.application_view import application_view
from shared.domain.views.field_mask import FieldMask
from shared.domain.views.image_view import image_conditions, image_views
from shared.domain.views.waterfall import stages, waves
from shared.errors import NotFoundError
from shared.ports.clock import Clock
from shared.services.application_rows import ApplicationRows, StoredApplication, StoredStatus
from shared.services.image_states import ImageStates

_EVERYTHING = FieldMask()
_HEAVY = ("status.resources", "status.operationState")


@dataclass(frozen=True, slots=True)
class PageWish:
    """`limit` 0 is no limit. `after` is the token of the page before; `offset` leaves out so many."""

    limit: int = 0
    offset: int = 0
    after: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """`remaining` come after this page, which goes on at `token` ("" at the end).

    `counts` are of all that fit the filter but for its states, so that each state can show how many it would
    bring. `version` is another whenever one of those was written.
    """

    items: list[dict[str, Any]]
    remaining: int
    token: str
    counts: dict[str, Any]
    version: str


class ShowApplications:
    def __init__(self, rows: ApplicationRows, clock: Clock, images: ImageStates | None = None) -> None:
        self._rows, self._clock, self._images = rows, clock, images

    def one(self, ref: AppRef, mask: FieldMask = _EVERYTHING) -> dict[str, Any]:
        """One application; raises NotFoundError in Argo CD's words."""
        return self.view(self._required(ref), mask)

    def many(
        self, *, projects: Collection[str] = (), labels: Collection[tuple[str, str]] = (), namespace: str = ""
    ) -> list[dict[str, Any]]:
        """The applications that fit every filter, in the order of namespace and name."""
        wanted = ApplicationFilter(projects=tuple(projects), labels=tuple(labels), namespace=namespace)
        return self.page(wanted).items

    def page(
        self,
        wanted: ApplicationFilter = ApplicationFilter(),
        wish: PageWish = PageWish(),
        mask: FieldMask = _EVERYTHING,
    ) -> ApplicationPage:
        """A page of those that fit, in the order of namespace and name, with the fields that `mask` shows.

        What no shown field needs is not read: a list of names costs two scans.
        """
        known = {found.ref: found for found in self._rows.summaries()}
        listed = (
            (stored, known.get(stored.ref) or StoredStatus(stored.ref, ApplicationStatus()))
            for stored in self._rows.applications()
        )
        fitting = [pair for pair in listed if wanted.takes_document(pair[0].manifest)]
        shown = [pair for pair in fitting if wanted.takes_state(pair[1].status)]
        rest = [pair for pair in shown if str(pair[0].ref) > wish.after][wish.offset :]
        page = rest[: wish.limit] if wish.limit else rest
        remaining = len(rest) - len(page)
        return ApplicationPage(
            items=[self.view(stored, mask, summary) for stored, summary in page],
            remaining=remaining,
            token=str(page[-1][0].ref) if remaining else "",
            counts=counts(summary.status for _, summary in fitting),
            version=_version(fitting),
        )

    def operation(self, ref: AppRef) -> dict[str, Any]:
        """Return {operationState, stages, waves, trace}: the waterfall of the last operation.

        `operationState` is None and `waves` are empty before the first one. Raises NotFoundError.
        """
        view = self.one(ref)
        status = self._rows.status(ref).status
        return {
            "operationState": view["status"].get("operationState"),
            "stages": stages(status.clock),
            "waves": waves(status.operation) if status.operation else [],
            "trace": status.clock.trace,
        }

    def view(
        self, stored: StoredApplication, mask: FieldMask = _EVERYTHING, summary: StoredStatus | None = None
    ) -> dict[str, Any]:
        """An application in Argo CD's JSON; a `summary` serves where nothing of a blob is shown."""
        heavy = summary is None or any(mask.wants(path) for path in _HEAVY)
        found = self._rows.status(stored.ref) if heavy or summary is None else summary
        history = self._rows.history(stored.ref) if mask.wants("status.history") else ()
        version = f"{stored.generation}-{(found.etag or '0')[:12]}"
        shown = application_view(
            stored.manifest, found.status, history, stored.created_at, version, now=self._clock.now()
        )
        if self._images is not None and (mask.wants("status.tidegate") or mask.wants("status.conditions")):
            states = self._images.of(stored.ref)
            shown["status"]["tidegate"]["images"] = image_views(states, found.status.pin)
            shown["status"]["conditions"] += image_conditions(states)
        masked: dict[str, Any] = mask.of(shown)
        return masked

    def _required(self, ref: AppRef) -> StoredApplication:
        stored = self._rows.application(ref)
        if stored is None:
            raise NotFoundError(f'applications.argoproj.io "{ref.name}" not found')
        return stored


def _version(pairs: Iterable[tuple[StoredApplication, StoredStatus]]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for stored, summary in pairs:
        digest.update(f"{stored.ref} {stored.etag} {summary.etag};".encode())
    return digest.hexdigest()
