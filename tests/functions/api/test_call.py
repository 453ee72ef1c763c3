"""What a handler may read of a request."""

from __future__ import annotations

import pytest

from functions._http import Request
from functions.api.call import Call, empty
from shared.errors import InvalidRequestError
from tests.services.worlds import engine


def call(body: bytes) -> Call:
    return Call(Request("POST", "/", {}, {}, body), engine(), "alice")


@pytest.mark.parametrize("body", [b"", b"  \n"])
def test_no_body_is_an_empty_object(body: bytes) -> None:
    assert call(body).json() == {}


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"text"', b"\xff\xfe"])
def test_anything_but_an_object_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequestError, match="Request body"):
        call(body).json()


def test_nothing_to_say_is_an_empty_object() -> None:
    assert empty().body == b"{}"
