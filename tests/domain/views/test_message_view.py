"""A message that was given up, whoever sent it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.domain.record.poison_message import FailureReason, PoisonMessage
from shared.domain.views.message_view import SHOWN, message_view
from shared.domain.work.message import WorkKind, WorkMessage
from shared.domain.work.message_text import to_text

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
TRACE = "ab" * 16


def message(queue: str, text: str, reason: FailureReason | None = None) -> PoisonMessage:
    return PoisonMessage("id", queue, text, NOW, NOW, reason=reason)


def test_work_is_named() -> None:
    text = to_text(WorkMessage(WorkKind.RECONCILE, "argocd/shop", "x", f"00-{TRACE}-{TRACE[:16]}-01"))
    shown = message_view(message("work", text))
    assert (shown["kind"], shown["subject"], shown["trace"]) == ("reconcile", "argocd/shop", TRACE)
    assert (shown["reason"], shown["firstAt"]) == ({}, "2026-01-01T12:00:00+00:00")


def test_the_trace_of_the_failure_goes_before_that_of_the_message() -> None:
    reason = FailureReason(error="ValueError", trace="cd" * 16, where="shared.x:1")
    shown = message_view(message("events", '{"kind": "git_push"}', reason))
    assert (shown["kind"], shown["trace"], shown["reason"]["where"]) == (
        "git_push",
        "cd" * 16,
        "shared.x:1",
    )


@pytest.mark.parametrize("queue", ["work", "events"])
@pytest.mark.parametrize("text", ["", "no json", "[" * 40_000, '{"v": 1}', '{"kind": 7}', "ü" * 5000])
def test_whatever_was_sent_is_shown_and_bounded(queue: str, text: str) -> None:
    shown = message_view(message(queue, text))
    assert (shown["kind"], shown["subject"]) == ("", "")
    assert shown["text"] == text[:SHOWN]
    assert shown["bytes"] == len(text.encode())
