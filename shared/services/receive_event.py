"""Use case: one proved event of the events queue, whatever its kind."""

from __future__ import annotations

from shared.domain.events.event_kind import kind_of
from shared.domain.events.event_trace import trace_of
from shared.domain.events.git_push import GitPush
from shared.domain.events.image_push import ImagePush
from shared.domain.record.change_trace import ChangeKind, ChangeTrace
from shared.domain.work.trace import traceparent_of
from shared.log import bind
from shared.ports.clock import Clock
from shared.services.receive_image import ReceiveImage
from shared.services.receive_push import ReceivePush
from shared.services.trace_rows import TraceRows


class ReceiveEvent:
    """Safe to run twice. Raises InvalidRequestError for a message that is none of ours."""

    def __init__(self, push: ReceivePush, image: ReceiveImage, traces: TraceRows, clock: Clock) -> None:
        self._push, self._image, self._traces, self._clock = push, image, traces, clock

    def __call__(self, text: str) -> None:
        if kind_of(text) == "image_push":
            self._image(ImagePush.from_message(text))
            return
        push = GitPush.from_message(text)
        # our own commit is known by its id; where its row is not written yet, or is another home's, its
        # message says the trace
        trace = self._traces.of_commit(push.repo_url, push.after) or push.trace or _own_trace(push)
        with bind(trace=trace):
            if self._push(push, traceparent_of(trace)):
                self._traces.begin(self._began(push, trace))
            self._image.look_at(push)

    def _began(self, push: GitPush, trace: str) -> ChangeTrace:
        return ChangeTrace(
            trace=trace,
            kind=ChangeKind.PUSH,
            source="Git webhook",
            received=self._clock.now(),
            name=push.repo_url,
            version=push.ref,
            event=push.delivery,
            repo_url=push.repo_url,
            commit="" if push.deleted else push.after,
        )


def _own_trace(push: GitPush) -> str:
    """That of the delivery; a host that gives it no id has one for the move."""
    return trace_of(push.delivery or f"{push.repo_url} {push.ref} {push.before}..{push.after}")
