"""Streams of values: the two forms, keep-alives, errors before and after the first value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions._http import Answer, Request, StreamedResponse
from functions._streams import stream_answer
from shared.errors import NotFoundError, UnavailableError

EVENTS = {"accept": "text/event-stream"}


def request(headers: dict[str, str] | None = None) -> Request:
    return Request("GET", "/", {}, headers or {}, b"")


def parts(answer: Answer) -> list[bytes]:
    assert not isinstance(answer.body, bytes)
    return list(answer.body)


def test_each_value_is_a_line_of_json() -> None:
    answer = stream_answer(request(), iter([{"a": "ü"}, None, {"b": 2}]))
    assert parts(answer) == ['{"result":{"a":"ü"}}\n'.encode(), b"", b'{"result":{"b":2}}\n']
    assert answer.headers["Content-Type"] == "application/json"


def test_who_accepts_events_gets_events() -> None:
    answer = stream_answer(request(EVENTS), iter([{"a": 1}]))
    assert parts(answer) == [b'data: {"result":{"a":1}}\n\n']
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_quiet_stream_of_events_is_kept_alive() -> None:
    assert parts(stream_answer(request(EVENTS), iter([None, None]), keep_alive=0)) == [b":\n\n"] * 2
    assert parts(stream_answer(request(EVENTS), iter([None, None]))) == [b""] * 2
    assert parts(stream_answer(request(), iter([None, None]), keep_alive=0)) == [b""] * 2


def test_what_is_refused_at_once_has_its_own_status() -> None:
    def refused() -> Iterator[Any]:
        raise NotFoundError("nobody")
        yield

    with pytest.raises(NotFoundError, match="nobody"):
        stream_answer(request(), refused())


def test_a_later_error_is_the_last_value() -> None:
    def failing() -> Iterator[Any]:
        yield {"a": 1}
        raise UnavailableError("the cluster is away")

    last = json.loads(parts(stream_answer(request(), failing()))[-1])
    assert last == {
        "error": {
            "grpc_code": 14,
            "http_code": 503,
            "message": "the cluster is away",
            "http_status": "Service Unavailable",
        }
    }


def test_an_empty_stream_is_an_empty_answer() -> None:
    assert parts(stream_answer(request(), iter(()))) == []


def test_the_functions_door_ends_a_stream_that_does_not_end() -> None:
    ended = []

    def endless() -> Iterator[Any]:
        try:
            while True:
                yield 1
        finally:
            ended.append(True)

    answer = stream_answer(request(), endless())
    assert not isinstance(answer.body, bytes)
    assert StreamedResponse(answer, answer.body, seconds=0).get_body() == b'{"result":1}\n'
    assert ended == [True]
