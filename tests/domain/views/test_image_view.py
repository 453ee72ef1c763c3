"""What people are told of an application's images."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.domain.images.image_state import Hold, ImageState
from shared.domain.record.application_status import Pin
from shared.domain.views.image_view import image_conditions, image_views

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
STATE = ImageState(
    "shop", "myacr.azurecr.io/shop", "semver", "1.x", "values.yaml", "image.tag", "1.0.0", "1.1.0"
)
HELD = ImageState("shop", "myacr.azurecr.io/shop", hold=Hold("1.1.0", "1.0.0", "somebody said so", AT))


def test_what_is_not_known_is_left_out() -> None:
    (view,) = image_views({"shop": STATE})
    assert view == {
        "alias": "shop",
        "image": "myacr.azurecr.io/shop",
        "strategy": "semver",
        "constraint": "1.x",
        "file": "values.yaml",
        "field": "image.tag",
        "tag": "1.0.0",
    }
    assert image_conditions({"shop": STATE}) == []


def test_a_hold_is_shown_with_what_lifts_it() -> None:
    (view,) = image_views({"shop": HELD})
    assert view["hold"] == {
        "rejected": "1.1.0",
        "reason": "somebody said so",
        "since": "2026-01-02T03:04:05Z",
    }
    (told,) = image_conditions({"shop": HELD})
    assert told["type"] == "ImageHeldWarning"
    assert "is held at 1.0.0, since somebody said so. A newer tag than 1.1.0 lifts this" in told["message"]


def test_a_problem_is_a_condition() -> None:
    (told,) = image_conditions({"a": ImageState(problem="values.yaml: has no image.tag", checked_at=AT)})
    assert (told["type"], told["message"]) == ("ImageUpdateError", "values.yaml: has no image.tag")


def test_a_rollback_holds_what_git_says() -> None:
    (view,) = image_views({"shop": STATE}, Pin(1, ("a",), ("b",), "ann", AT))
    assert view["hold"] == {
        "rejected": "1.0.0",
        "reason": "ann rolled the application back",
        "since": "2026-01-02T03:04:05Z",
    }
