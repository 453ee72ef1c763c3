"""Which path is whose, who may in, and what is refused in which words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.services.log_in import SIGNING
from tests.functions.doors import PASSWORD, Client
from tests.services.worlds import SHOP, application

APPLICATIONS = "/api/v1/applications"


@pytest.fixture
def client() -> Client:
    return Client().log_in()


@pytest.mark.parametrize("path", ["/healthz", "/api/version", "/api/v1/settings"])
def test_some_paths_need_no_log_in(path: str) -> None:
    assert Client().call("GET", path).status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", APPLICATIONS),
        ("POST", APPLICATIONS),
        ("GET", f"{APPLICATIONS}/shop"),
        ("PUT", f"{APPLICATIONS}/shop"),
        ("DELETE", f"{APPLICATIONS}/shop"),
        ("POST", f"{APPLICATIONS}/shop/sync"),
        ("POST", f"{APPLICATIONS}/shop/rollback"),
        ("DELETE", f"{APPLICATIONS}/shop/operation"),
        ("GET", f"{APPLICATIONS}/shop/resource-tree"),
        ("GET", "/api/v1/session/userinfo"),
        ("GET", "/api/v1/audit"),
    ],
)
def test_all_others_do_and_say_so(method: str, path: str) -> None:
    told = Client().call(method, path, {})
    assert told.status == 401
    assert told.json["error"] == "no session information. Log in, or send Authorization: Bearer"
    assert told.json["code"] == 16


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "a.b.é", "..", "\udc80.\udc80.\udc80"], ids=ascii)
def test_a_token_that_is_not_ours_is_refused(token: str) -> None:
    told = Client(token=token).call("GET", APPLICATIONS)
    assert (told.status, told.json["code"]) == (401, 16)
    assert "not ours" in told.json["error"]


def test_a_token_ends_after_a_day(client: Client) -> None:
    client.world.clock.advance(timedelta(hours=23, minutes=59))
    assert client.call("GET", APPLICATIONS).status == 200
    client.world.clock.advance(timedelta(minutes=2))
    told = client.call("GET", APPLICATIONS)
    assert (told.status, told.json["error"]) == (401, "invalid session: the token has expired. Log in again")


def test_the_cookie_is_as_good_as_the_header(client: Client) -> None:
    cookie = {"Cookie": f"theme=dark; argocd.token={client.token}; other=1"}
    assert Client(client.world).call("GET", APPLICATIONS, headers=cookie).status == 200


def test_the_header_counts_where_both_are_sent(client: Client) -> None:
    both = {"Cookie": f"argocd.token={client.token}", "Authorization": "Bearer wrong"}
    assert Client(client.world).call("GET", APPLICATIONS, headers=both).status == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/api/v1/nothing"),
        ("PATCH", APPLICATIONS),
        ("DELETE", "/api/version"),
        ("GET", f"{APPLICATIONS}/shop/sync"),
        ("GET", f"{APPLICATIONS}/a/b/c"),
        ("GET", "//api//version"),
    ],
)
def test_what_is_not_there_is_404_in_json_also_for_another_method(
    client: Client, method: str, path: str
) -> None:
    told = client.call(method, path)
    assert (told.status, told.json["code"]) == (404, 5)
    assert told.headers["Content-Type"] == "application/json"
    assert path in told.json["error"]


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_a_write_without_a_json_content_type_is_415(client: Client, kind: str) -> None:
    told = client.call("POST", APPLICATIONS, application(), headers={"Content-Type": kind})
    assert told.status == 415
    assert client.world.rows.application(SHOP) is None


def test_a_content_type_may_carry_a_character_set(client: Client) -> None:
    kind = {"Content-Type": "application/json; charset=utf-8"}
    assert client.call("POST", APPLICATIONS, application(), headers=kind).status == 200


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b"null", b"\xff"])
def test_a_body_that_is_no_json_object_is_400(client: Client, body: bytes) -> None:
    assert client.call("POST", APPLICATIONS, body).status == 400


def test_an_encoded_slash_belongs_to_the_name(client: Client) -> None:
    told = client.call("GET", f"{APPLICATIONS}/a%2Fb")
    assert told.status == 404
    assert '"a/b" not found' in told.json["error"]


def test_a_slash_at_the_end_makes_no_difference(client: Client) -> None:
    assert client.call("GET", f"{APPLICATIONS}/").status == 200


def test_no_answer_shows_the_password_or_the_key(client: Client) -> None:
    key = client.world.ports.sealing.fingerprint(SIGNING)
    for path in (APPLICATIONS, "/api/v1/settings", "/api/v1/audit", "/api/v1/session/userinfo", "/healthz"):
        text = client.call("GET", path).text
        assert PASSWORD not in text
        assert key not in text
