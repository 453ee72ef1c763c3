"""Which function answers a path."""

from __future__ import annotations

import pytest

from host.indexing import Function, HttpFunction
from host.routing import Router
from shared.errors import InvalidSpecError


def http(route: str, *methods: str, name: str = "") -> HttpFunction:
    function = Function(name or route, call=lambda: None, parameter="req")
    return HttpFunction(function, route.strip("/"), frozenset(methods), needs_key=False)


def found(router: Router, path: str, method: str = "GET") -> str:
    match = router.match(method, path)
    return match.function.function.name if match else ""


def test_a_literal_comes_before_a_parameter_before_a_catch_all() -> None:
    router = Router([http("{*path}"), http("api/{name}"), http("api/webhook")])
    assert found(router, "/api/webhook") == "api/webhook"
    assert found(router, "/api/other") == "api/{name}"
    assert found(router, "/api/webhook/more") == "{*path}"
    assert found(router, "/") == "{*path}"


def test_precedence_is_decided_by_the_first_segment_that_differs() -> None:
    router = Router([http("{kind}/special"), http("apps/{name}"), http("{*rest}")])
    assert found(router, "/apps/special") == "apps/{name}"
    assert found(router, "/projects/special") == "{kind}/special"


def test_a_longer_prefix_of_a_catch_all_comes_first() -> None:
    router = Router([http("{*path}"), http("api/{*path}"), http("api/v1/{*path}")])
    assert found(router, "/api/v1/x") == "api/v1/{*path}"
    assert found(router, "/api/v1") == "api/v1/{*path}"
    assert found(router, "/api/x") == "api/{*path}"


def test_another_method_falls_through_to_the_catch_all() -> None:
    router = Router([http("api/webhook", "POST"), http("{*path}", "GET", "POST")])
    assert found(router, "/api/webhook", "POST") == "api/webhook"
    assert found(router, "/api/webhook", "GET") == "{*path}"
    assert found(router, "/api/webhook", "DELETE") == ""


def test_one_path_may_have_a_function_for_each_method() -> None:
    router = Router([http("api/apps", "GET", name="list"), http("api/apps", "POST", name="create")])
    assert (found(router, "/api/apps"), found(router, "/api/apps", "POST")) == ("list", "create")


def test_no_methods_means_every_method() -> None:
    assert found(Router([http("x")]), "/x", "PURGE") == "x"


@pytest.mark.parametrize("path", ["/API/WebHook", "/api/webhook/", "/api/web%68ook"])
def test_literals_match_without_case_trailing_slash_or_needless_encoding(path: str) -> None:
    assert found(Router([http("api/webhook")]), path) == "api/webhook"


@pytest.mark.parametrize("path", ["/", "/api", "/api/webhook/x", "/apiwebhook", "/api//webhook"])
def test_what_no_route_knows_is_found_by_none(path: str) -> None:
    assert found(Router([http("api/webhook")]), path) == ""


def test_parameters_are_decoded_but_for_encoded_slashes() -> None:
    match = Router([http("repos/{url}/{*rest}")]).match("GET", "/repos/https%3A%2f%2Fgit/a%20b/c%2Fd%C3%BC")
    assert match is not None
    assert match.params == {"url": "https:%2f%2Fgit", "rest": "a b/c%2Fdü"}


def test_an_encoded_slash_does_not_part_segments() -> None:
    assert found(Router([http("a/{x}")]), "/a/b%2Fc") == "a/{x}"
    assert found(Router([http("a/b/c")]), "/a/b%2Fc") == ""


def test_an_optional_parameter_may_be_absent() -> None:
    router = Router([http("apps/{name?}")])
    with_name, without = router.match("GET", "/apps/shop"), router.match("GET", "/apps")
    assert with_name is not None
    assert without is not None
    assert (with_name.params, without.params) == ({"name": "shop"}, {})


def test_the_prefix_of_host_json_comes_before_every_route() -> None:
    router = Router([http("hook"), http("{*path}")], prefix="api")
    assert found(router, "/api/hook") == "hook"
    assert found(router, "/hook") == ""
    assert found(router, "/api") == "{*path}"


def test_two_functions_on_one_route_are_refused() -> None:
    with pytest.raises(InvalidSpecError, match=r"function two: route is 'a/\{y\}', which one has already"):
        Router([http("a/{x}", "GET", name="one"), http("a/{y}", "GET", "POST", name="two")])


@pytest.mark.parametrize("route", ["a/{id:int}", "a/x{id}", "a/{id", "{*rest}/a", "{a?}/b", "{}"])
def test_a_route_that_is_not_understood_is_refused(route: str) -> None:
    with pytest.raises(InvalidSpecError, match=r"function .*: route "):
        Router([http(route)])
