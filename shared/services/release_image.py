"""Use case: a person lets a held image go on."""

from __future__ import annotations

from dataclasses import replace

from shared.domain.images.image_policy import read_image_updates
from shared.domain.images.image_state import ImageState
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application
from shared.errors import NotFoundError
from shared.services.application_rows import ApplicationRows
from shared.services.image_index import WriteSubject
from shared.services.image_states import ImageStates
from shared.services.image_work import ImageWork


class ReleaseImage:
    def __init__(self, rows: ApplicationRows, states: ImageStates, work: ImageWork) -> None:
        self._rows, self._states, self._work = rows, states, work

    def __call__(self, ref: AppRef, alias: str) -> str:
        """Lift the hold of an image and look at it again; return the tag that was rejected.

        Raises NotFoundError when the application, or a hold of that alias, does not exist.
        """
        stored = self._rows.application(ref)
        if stored is None:
            raise NotFoundError(f'applications.argoproj.io "{ref.name}" not found')
        state = self._states.of(ref).get(alias)
        if state is None or state.hold is None:
            raise NotFoundError(f"Application {ref}: image {alias!r} is not on hold")
        rejected = state.hold.rejected

        def released(known: dict[str, ImageState]) -> dict[str, ImageState]:
            return known | {alias: replace(known.get(alias, state), hold=None, released=rejected)}

        self._states.change(ref, released)
        target = read_image_updates(Application.parse(stored.manifest)).write_back
        if target is not None:
            where = WriteSubject(target.subject, target.repo_url, target.branch)
            self._work.wake(where, {state.image: ""})
        return rejected
