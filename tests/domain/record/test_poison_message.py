"""Why a message was given up, without what may be a secret."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.domain.record.poison_message import FailureReason, PoisonMessage, id_of
from shared.errors import ConflictError

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_the_same_text_of_another_queue_is_another_message() -> None:
    assert id_of("work", "x") == id_of("work", "x") != id_of("events", "x")
    assert id_of("work", "x") != id_of("workx", "")


def test_only_our_own_errors_are_quoted() -> None:
    ours = FailureReason.of(ConflictError("no " * 500), {}, NOW)
    assert (ours.error, len(ours.message)) == ("ConflictError", 500)
    assert FailureReason.of(KeyError("s3cret"), {"trace": "ab"}, NOW).message == ""
    assert FailureReason.of(KeyError("s3cret"), {"trace": "ab"}, NOW).trace == "ab"


def test_the_last_reason_stays_where_there_is_no_newer_one() -> None:
    reason = FailureReason.of(ConflictError("no"), {}, NOW)
    message = PoisonMessage("id", "work", "x", NOW, NOW, reason=reason)
    again = message.again(NOW + timedelta(hours=1), None)
    assert (again.count, again.reason, again.first_at) == (2, reason, NOW)
