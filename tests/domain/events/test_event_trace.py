"""One event, one trace."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.domain.events.event_trace import moment_of, trace_of

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_an_id_that_is_a_uuid_is_the_trace_and_any_other_is_hashed() -> None:
    assert trace_of("0B3C6F7E-1111-2222-3333-444455556666") == "0b3c6f7e111122223333444455556666"
    assert len(trace_of("no uuid")) == 32
    assert trace_of("no uuid") == trace_of("no uuid") != trace_of("another")


def test_zeros_are_no_trace() -> None:
    assert trace_of("00000000-0000-0000-0000-000000000000") != "0" * 32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-01T11:59:58Z", datetime(2026, 1, 1, 11, 59, 58, tzinfo=UTC)),
        ("2026-01-01T12:59:58.1234567+01:00", datetime(2026, 1, 1, 11, 59, 58, 123456, tzinfo=UTC)),
        ("2026-01-01T11:59:58", datetime(2026, 1, 1, 11, 59, 58, tzinfo=UTC)),
        ("2099-01-01T00:00:00Z", NOW),
        ("yesterday", None),
        ("", None),
    ],
)
def test_the_senders_time_is_believed_but_not_the_future(text: str, expected: datetime | None) -> None:
    assert moment_of(text, NOW) == expected
