"""Use case: an application is new or was changed; know which images it follows from now on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shared.domain.images.image_policy import PREFIX, ImageUpdates, read_image_updates
from shared.domain.images.image_state import ImageState
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application
from shared.ports.clock import Clock
from shared.services.image_index import ImageIndex, WriteSubject
from shared.services.image_states import ImageStates
from shared.services.image_work import EVERY_IMAGE, ImageRow, ImageWork, where_of

_SWEEP = timedelta(minutes=5)


class FollowImages:
    """Safe to run twice."""

    def __init__(self, index: ImageIndex, states: ImageStates, work: ImageWork, clock: Clock) -> None:
        self._index, self._states, self._work, self._clock = index, states, work, clock

    def __call__(self, app: Application) -> None:
        """Index what the application follows, show what cannot be, and look at once where that is new.

        Where nothing is new this costs three reads.
        """
        updates = read_image_updates(app)
        changed = self._index.track(app.ref, updates)
        self._states.change(app.ref, lambda known: _with_problems(known, updates))
        target = updates.write_back
        # without a row, whoever came before died between the index and the wake
        if target is not None and updates.policies and (changed or self._work.row(target.subject) is None):
            where = WriteSubject(target.subject, target.repo_url, target.branch)
            self._work.wake(where, {EVERY_IMAGE: ""})

    def forget(self, ref: AppRef) -> None:
        """The application is gone."""
        self._index.forget(ref)
        self._states.forget(ref)

    def sweep(self) -> int:
        """Look at every image again whose last look is old: an event of a registry may have been lost."""
        old = [row for row in self._work.rows() if not row.token and self._is_old(row)]
        for row in old:
            self._work.wake(where_of(row), {EVERY_IMAGE: ""})
        return len(old)

    def _is_old(self, row: ImageRow) -> bool:
        return row.checked_at is None or row.checked_at + _SWEEP < self._clock.now()


def follows_images(app: Application) -> bool:
    return f"{PREFIX}image-list" in app.annotations


def _with_problems(known: dict[str, ImageState], updates: ImageUpdates) -> dict[str, ImageState]:
    """The states of the images that are followed, and one for each that cannot be."""
    kept = {policy.alias: known.get(policy.alias, ImageState(policy.alias)) for policy in updates.policies}
    described = {
        policy.alias: replace(
            kept[policy.alias],
            image=str(policy.image),
            strategy=policy.strategy.value,
            constraint=policy.constraint,
        )
        for policy in updates.policies
    }
    refused = {
        problem.alias: ImageState(alias=problem.alias, problem=problem.text) for problem in updates.problems
    }
    return described | refused
