"""What all HTTP doors share: requests as they came, errors as JSON."""

from __future__ import annotations

import json

import azure.functions as func
import pytest

from functions._http import Answer, answer_errors, error_answer, json_answer, read, write
from shared.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    TidegateError,
    UnauthenticatedError,
    UnavailableError,
)
from tests.functions.doors import http_request


def test_the_path_is_raw_and_query_keys_may_repeat_or_be_empty() -> None:
    request = read(http_request("GET", "/api/v1/applications/a%2Fb?project=x&project=y&selector="))
    assert request.path == "/api/v1/applications/a%2Fb"
    assert request.query == {"project": ["x", "y"], "selector": [""]}
    assert request.first("selector", "none") == ""
    assert request.first("absent", "none") == "none"


def test_header_names_are_lower_case() -> None:
    assert read(http_request("GET", "/", headers={"X-Thing": "1"})).headers["x-thing"] == "1"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidRequestError("a"), 400, 3),
        (UnauthenticatedError("a"), 401, 16),
        (PermissionDeniedError("a"), 403, 7),
        (NotFoundError("a"), 404, 5),
        (ConflictError("a"), 409, 9),
        (UnavailableError("a"), 503, 14),
    ],
)
def test_an_error_is_json_with_the_code_that_argo_cds_clients_know(
    error: TidegateError, status: int, code: int
) -> None:
    answer = error_answer(error)
    assert answer.status == status
    assert isinstance(answer.body, bytes)
    assert json.loads(answer.body) == {"error": "a", "code": code, "message": "a"}


def test_who_shall_come_later_is_told_when() -> None:
    assert error_answer(UnavailableError("a", retry_after_seconds=7.5)).headers["Retry-After"] == "7"


def test_a_stream_is_sent_whole() -> None:
    assert write(Answer(200, iter([b"a", b"b"]))).get_body() == b"ab"


def test_text_of_all_languages_is_sent_as_it_is() -> None:
    assert json_answer({"a": "größer"}).body == '{"a": "größer"}'.encode()


def test_a_bug_has_a_body_and_no_traceback() -> None:
    @answer_errors
    def broken(req: func.HttpRequest) -> func.HttpResponse:
        raise KeyError("a secret value")

    answer = broken(http_request("GET", "/"))
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/json"
    assert "a secret value" not in answer.get_body().decode()
