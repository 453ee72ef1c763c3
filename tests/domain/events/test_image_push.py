"""What a pushed image carries through the queue."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.domain.events.image_push import ImagePush
from shared.errors import InvalidRequestError

PUSH = ImagePush("myacr.azurecr.io", "team/shop", "1.0.0", "sha256:ab", "event-1", "ab" * 16)
BODY: dict[str, Any] = {
    "id": "0B3C6F7E-1111-2222-3333-444455556666",
    "target": {"repository": "team/shop", "tag": "1.0.0", "digest": "sha256:ab"},
    "request": {"host": "MyAcr.azurecr.io"},
    "timestamp": "2026-01-01T12:00:00.123Z",
}


def test_what_goes_in_comes_out() -> None:
    assert ImagePush.from_message(PUSH.to_message()) == PUSH


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"v": 1, "kind": "git_push"}', '{"v": 1, "kind": "image_push"}']
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        ImagePush.from_message(text)


def test_a_field_that_is_no_text_is_named() -> None:
    fields = json.loads(PUSH.to_message()) | {"tag": 5}
    with pytest.raises(InvalidRequestError, match="tag is missing or malformed"):
        ImagePush.from_message(json.dumps(fields))


def test_the_id_of_the_event_begins_the_trace() -> None:
    push = ImagePush.of_registry(BODY, "ACR webhook")
    assert push is not None
    assert (push.host, push.trace) == ("myacr.azurecr.io", "0b3c6f7e111122223333444455556666")
    assert push.at == BODY["timestamp"]


def test_events_without_an_id_do_not_share_a_trace() -> None:
    nameless = BODY | {"id": None}
    other = nameless | {"target": {**BODY["target"], "tag": "2.0.0"}}
    found = [ImagePush.of_registry(body, "ACR webhook") for body in (nameless, other)]
    assert len({push.trace for push in found if push}) == 2


def test_a_manifest_without_a_tag_is_nothing() -> None:
    assert ImagePush.of_registry(BODY | {"target": {"repository": "team/shop"}}, "x") is None


@pytest.mark.parametrize(
    "wrong",
    [{"target": None}, {"request": {}}, {"target": {"tag": "1"}}, {"target": {"repository": "a", "tag": 1}}],
)
def test_a_push_without_its_names_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError, match="ACR webhook"):
        ImagePush.of_registry(BODY | wrong, "ACR webhook")
