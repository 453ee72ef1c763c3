"""Use case: an image was pushed; have it looked at wherever an application follows it."""

from __future__ import annotations

import logging

from shared.domain.events.event_trace import moment_of
from shared.domain.events.git_push import GitPush
from shared.domain.events.image_push import ImagePush
from shared.domain.images.image_name import ImageName
from shared.domain.images.registry_tag import may_be_image
from shared.domain.images.write_back import subject_of
from shared.domain.record.change_trace import ChangeKind, ChangeTrace
from shared.log import bind
from shared.ports.clock import Clock
from shared.services.image_index import ImageIndex
from shared.services.image_work import ImageWork, where_of
from shared.services.trace_rows import TraceRows

log = logging.getLogger(__name__)


class ReceiveImage:
    """Safe to run twice. An image that nobody follows is asked for nowhere, whoever sent the event."""

    def __init__(self, index: ImageIndex, work: ImageWork, traces: TraceRows, clock: Clock) -> None:
        self._index, self._work, self._traces, self._clock = index, work, traces, clock

    def __call__(self, push: ImagePush, source: str = "registry webhook") -> int:
        """Wake each branch that holds a tag of the image; return how many. `source` is who told of it."""
        image = ImageName(push.host, push.repository)
        found = self._index.following(image) if may_be_image(push.tag) else []
        with bind(trace=push.trace):
            if found:
                self._traces.begin(self._began(push, str(image), source))
            for where in found:
                self._work.wake(where, {str(image): push.trace})
            log.info("image received", extra={"image": str(image), "tag": push.tag, "woken": len(found)})
        return len(found)

    def _began(self, push: ImagePush, image: str, source: str) -> ChangeTrace:
        now = self._clock.now()
        return ChangeTrace(
            trace=push.trace,
            kind=ChangeKind.IMAGE,
            source=source,
            received=now,
            name=image,
            version=push.tag,
            event=push.event,
            at=moment_of(push.at, now),
            digest=push.digest,
        )

    def look_at(self, push: GitPush) -> bool:
        """Somebody pushed to a branch that holds tags: have what was set by hand noticed.

        Our own commits are known by their ids, and by their row where that was written later.
        """
        branch = push.ref.removeprefix("refs/heads/")
        names = {branch, ""} if branch == push.default_branch else {branch}
        rows = [self._work.row(subject_of(push.repo_url, name)) for name in sorted(names)]
        changed = set(push.changed_paths) if push.changed_paths is not None else None
        touched = [
            row
            for row in rows
            if row is not None
            and push.after not in row.commits
            and (changed is None or not row.files or changed & set(row.files))
        ]
        for row in touched:
            self._work.wake(where_of(row), {})
        return bool(touched)
