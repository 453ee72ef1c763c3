"""The one route of the REST API: it takes every path and method that no other function has."""

from __future__ import annotations

from functions import rest_api
from functions._http import Answer, Request
from tests.functions.doors import binding, functions_of, http_request, user_function


def test_a_request_is_handed_on_as_it_came_and_the_answer_given_back() -> None:
    seen: list[Request] = []

    def answer(request: Request) -> Answer:
        seen.append(request)
        return Answer(201, b"made", {"X-Thing": "1"})

    door = user_function(rest_api.blueprint(answer), "rest_api")
    told = door(http_request("PUT", "/a%2Fb?c=d&c=e", b"body"))
    assert (told.status_code, told.get_body(), told.headers["X-Thing"]) == (201, b"made", "1")
    assert (seen[0].method, seen[0].path, seen[0].body) == ("PUT", "/a%2Fb", b"body")
    assert seen[0].query == {"c": ["d", "e"]}


def test_it_takes_every_path() -> None:
    found = functions_of(rest_api.blueprint(lambda request: Answer()))["rest_api"]
    trigger = binding(found, "in")
    assert trigger["route"] == "{*path}"
    assert {method.upper() for method in trigger["methods"]} == {"GET", "POST", "PUT", "PATCH", "DELETE"}
    assert trigger["authLevel"].upper() == "ANONYMOUS"
