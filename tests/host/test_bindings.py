"""What is set on an output parameter becomes messages."""

from __future__ import annotations

from typing import Any

import azure.functions as func
import pytest

from host.bindings import OutValue, send_outputs
from host.indexing import RETURN, Function, QueueOutput
from host.invocation import invoke
from shared.adapters.memory.work_queue import MemoryQueues
from shared.adapters.system.clock import FixedClock
from shared.errors import InvalidRequestError


def sent(value: Any, *, parameter: str = "out") -> list[str]:
    queues = MemoryQueues(FixedClock())
    function = Function("f", lambda: None, "m", (QueueOutput(parameter, "events"),))
    out = OutValue()
    out.set(value)
    send_outputs(function, {"out": out}, value, queues)
    return [message.text for message in queues("events").peek()]


@pytest.mark.parametrize(
    ("value", "messages"),
    [
        ("x", ["x"]),
        ("", [""]),
        (b"\xc3\xbc", ["ü"]),
        (["a", "b"], ["a", "b"]),
        ([], []),
        (None, []),
        (iter("ab"), ["a", "b"]),
    ],
)
def test_texts_are_messages(value: object, messages: list[str]) -> None:
    assert sent(value) == messages


def test_the_returned_value_may_be_the_output() -> None:
    assert sent("x", parameter=RETURN) == ["x"]


@pytest.mark.parametrize("value", [42, {"a": 1}.values(), [1], func.QueueMessage(body="x")])
def test_what_is_no_text_is_refused_with_the_names(value: object) -> None:
    with pytest.raises(InvalidRequestError, match="function f: output out holds"):
        sent(value)


def test_an_output_can_be_read_back() -> None:
    out = OutValue()
    assert out.get() is None
    out.set("x")
    assert out.get() == "x"


def test_a_function_gets_its_context_and_nothing_is_sent_when_it_fails() -> None:
    queues = MemoryQueues(FixedClock())
    contexts: list[func.Context] = []

    def work(message: str, out: func.Out[str], context: func.Context) -> None:
        contexts.append(context)
        out.set(message)
        if message == "bad":
            raise ZeroDivisionError

    function = Function("work", work, "message", (QueueOutput("out", "events"),), str, wants_context=True)
    invoke(function, "good", queues)
    with pytest.raises(ZeroDivisionError):
        invoke(function, "bad", queues)
    assert [message.text for message in queues("events").peek()] == ["good"]
    assert [context.function_name for context in contexts] == ["work", "work"]
    assert contexts[0].invocation_id != contexts[1].invocation_id
