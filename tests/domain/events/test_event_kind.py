"""What a message of the events queue is."""

from __future__ import annotations

import pytest

from shared.domain.events.event_kind import kind_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [('{"kind": "image_push"}', "image_push"), ("{}", ""), ("[]", ""), ("", ""), ('{"kind": 5}', "")],
)
def test_a_message_says_its_kind_or_nothing(text: str, kind: str) -> None:
    assert kind_of(text) == kind
