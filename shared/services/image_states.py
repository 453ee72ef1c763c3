"""What is remembered of the images of each application, in and out of the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from shared.domain.images.image_state import ImageState
from shared.domain.specs.app_ref import AppRef
from shared.errors import ConflictError
from shared.ports.document_store import Document, DocumentStore
from shared.services.document_rows import remove

IMAGE_STATES = "image-states"
States = Mapping[str, ImageState]


class ImageStates:
    """One row an application: alias → state."""

    def __init__(self, documents: DocumentStore) -> None:
        self._documents = documents

    def of(self, ref: AppRef) -> dict[str, ImageState]:
        """Every image of the application by its alias; empty where none is followed."""
        return _states(self._documents.get(IMAGE_STATES, str(ref)))

    def change(self, ref: AppRef, change: Callable[[dict[str, ImageState]], States]) -> None:
        """Write what `change` makes of the states as they are now, unless that is the same."""
        while True:
            found = self._documents.get(IMAGE_STATES, str(ref))
            before = _states(found)
            after = dict(change(dict(before)))
            if after == before:
                return
            body = {"images": {alias: msgspec.to_builtins(state) for alias, state in after.items()}}
            try:
                self._documents.put(Document(IMAGE_STATES, str(ref), body, found.etag if found else None))
            except ConflictError:
                continue
            return

    def forget(self, ref: AppRef) -> None:
        remove(self._documents, IMAGE_STATES, str(ref))


def _states(found: Document | None) -> dict[str, ImageState]:
    return msgspec.convert(found.body["images"], dict[str, ImageState]) if found else {}
