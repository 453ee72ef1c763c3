"""The images of an application as people see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.domain.images.image_state import Hold, ImageState
from shared.domain.record.application_status import Pin


def image_views(states: Mapping[str, ImageState], pin: Pin | None = None) -> list[dict[str, Any]]:
    """For `status.tidegate.images`: what Git says, what the policy would choose, and what holds it.

    While a rollback pins the application, what Git says is rejected until there is a newer tag.
    """
    return [_view(alias, _pinned(state, pin)) for alias, state in sorted(states.items())]


def image_conditions(states: Mapping[str, ImageState]) -> list[dict[str, Any]]:
    """For `status.conditions`: why an image cannot follow its registry, and which ones are held."""
    found = []
    for _, state in sorted(states.items()):
        if state.problem:
            found.append(_condition("ImageUpdateError", state.problem, state.checked_at))
        if state.hold is not None:
            hold = state.hold
            text = (
                f"Image {state.image}: is held at {hold.at}, since {hold.reason}. A newer tag than "
                f"{hold.rejected} lifts this, and so does a person"
            )
            found.append(_condition("ImageHeldWarning", text, hold.since))
    return found


def _pinned(state: ImageState, pin: Pin | None) -> ImageState:
    if pin is None or state.hold is not None or not state.tag:
        return state
    return replace(state, hold=Hold(state.tag, "", f"{pin.by} rolled the application back", pin.at))


def _view(alias: str, state: ImageState) -> dict[str, Any]:
    view: dict[str, Any] = {
        "alias": alias,
        "image": state.image,
        "strategy": state.strategy,
        "constraint": state.constraint,
        "file": state.file,
        "field": state.field,
        "tag": state.tag,
        "newest": state.newest,
        "commit": state.commit,
        "writtenAt": _time(state.written_at),
        "checkedAt": _time(state.checked_at),
        "problem": state.problem,
    }
    if state.hold is not None:
        hold = state.hold
        view["hold"] = {"rejected": hold.rejected, "reason": hold.reason, "since": _time(hold.since)}
    return {name: value for name, value in view.items() if value not in ("", None)}


def _condition(kind: str, message: str, at: datetime | None) -> dict[str, Any]:
    return {"type": kind, "message": message, "lastTransitionTime": _time(at)}


def _time(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
