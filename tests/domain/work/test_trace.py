"""W3C trace context."""

from __future__ import annotations

import pytest

from shared.domain.work.trace import trace_id, traceparent_of

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.mark.parametrize(
    "traceparent", [f"00-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-00", f"01-{TRACE}-{SPAN}-01-later"]
)
def test_the_trace_id_is_the_second_part(traceparent: str) -> None:
    assert trace_id(traceparent) == TRACE


@pytest.mark.parametrize(
    "traceparent",
    [
        "",
        TRACE,
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01-later",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{SPAN}-01\n",
        f" 00-{TRACE}-{SPAN}-01",
    ],
)
def test_what_is_no_traceparent_has_no_trace(traceparent: str) -> None:
    assert trace_id(traceparent) == ""


@pytest.mark.parametrize("trace", [TRACE, f"{1:032x}", f"{1 << 64:032x}"])
def test_the_trace_we_pass_on_is_the_trace_we_got(trace: str) -> None:
    assert trace_id(traceparent_of(trace)) == trace


@pytest.mark.parametrize("trace", ["", "abc", "0" * 32, TRACE.upper(), TRACE + "0"])
def test_what_is_no_trace_id_is_not_passed_on(trace: str) -> None:
    assert traceparent_of(trace) == ""
