"""The trace in a commit message."""

from __future__ import annotations

import pytest

from shared.domain.events.trace_trailer import traces_in

TRACE = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("message", "traces"),
    [
        (f"Update\n\nTidegate-Trace: {TRACE}\n", (TRACE,)),
        (f"Update\r\n\r\nTidegate-Trace: {TRACE}\r\nX: y", (TRACE,)),
        (f"a\nTidegate-Trace: {TRACE}\nTidegate-Trace: {TRACE[::-1]}", (TRACE, TRACE[::-1])),
        (f"see Tidegate-Trace: {TRACE}", ()),
        ("Tidegate-Trace: short", ()),
        ("", ()),
    ],
)
def test_only_a_whole_line_counts(message: str, traces: tuple[str, ...]) -> None:
    assert traces_in(message) == traces
