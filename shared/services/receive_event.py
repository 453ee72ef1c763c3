"""Use case: one proved event of the events queue, whatever its kind."""

from __future__ import annotations

from shared.domain.events.event_kind import kind_of
from shared.domain.events.git_push import GitPush
from shared.domain.events.image_push import ImagePush
from shared.domain.work.trace import traceparent_of
from shared.services.receive_image import ReceiveImage
from shared.services.receive_push import ReceivePush


class ReceiveEvent:
    """Safe to run twice. Raises InvalidRequestError for a message that is none of ours."""

    def __init__(self, push: ReceivePush, image: ReceiveImage) -> None:
        self._push, self._image = push, image

    def __call__(self, text: str) -> None:
        if kind_of(text) == "image_push":
            self._image(ImagePush.from_message(text))
            return
        push = GitPush.from_message(text)
        self._push(push, traceparent_of(push.trace))
        self._image.look_at(push)
