"""Use case: what Event Grid delivers, each event to who reads its type."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from shared.domain.events.event_grid import IMAGE_PUSHED, GridEvent, image_push_of, read_grid_events
from shared.domain.events.event_trace import trace_of
from shared.log import bind
from shared.services.receive_image import ReceiveImage

log = logging.getLogger(__name__)
TakeEvent = Callable[[GridEvent], object]


class ReceiveGridEvents:
    """`others` are the types of other services with who takes them; a type that nobody reads is ignored."""

    def __init__(self, image: ReceiveImage, others: Mapping[str, TakeEvent] | None = None) -> None:
        self._image = image
        self._takers: dict[str, TakeEvent] = {IMAGE_PUSHED: self._image_pushed, **(others or {})}

    def __call__(self, text: str) -> None:
        """Take one message of the queue. Raises InvalidRequestError for what Event Grid does not send."""
        for event in read_grid_events(text):
            take = self._takers.get(event.type)
            if take is None:
                log.info("event ignored", extra={"type": event.type, "event": event.id})
            else:
                with bind(trace=trace_of(event.id or text)):
                    take(event)

    def _image_pushed(self, event: GridEvent) -> None:
        if push := image_push_of(event):
            self._image(push, "Event Grid")
