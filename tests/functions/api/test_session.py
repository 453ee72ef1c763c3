"""Log in, log out, who am I."""

from __future__ import annotations

import pytest

from tests.functions.doors import PASSWORD, Client

SESSION = "/api/v1/session"


def test_the_right_password_gives_a_token_and_a_cookie_that_scripts_cannot_read() -> None:
    told = Client().call("POST", SESSION, {"username": "admin", "password": PASSWORD})
    assert told.status == 200
    assert told.json["token"].count(".") == 2
    assert told.headers["Set-Cookie"].startswith(f"argocd.token={told.json['token']};")
    assert "httpOnly" in told.headers["Set-Cookie"]
    assert "SameSite=lax" in told.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "body",
    [
        {"username": "admin", "password": "wrong"},
        {"username": "admin", "password": ""},
        {"username": "root", "password": PASSWORD},
        {"username": "admin", "password": "pässword"},
        {"username": "admin", "password": "\ud800"},
        {},
    ],
)
def test_anything_else_is_refused_in_the_same_words(body: dict[str, str]) -> None:
    told = Client().call("POST", SESSION, body)
    assert (told.status, told.json["error"]) == (401, "Invalid username or password")
    assert "Set-Cookie" not in told.headers


@pytest.mark.parametrize("body", [{"username": 1, "password": "a"}, {"username": "admin", "password": []}])
def test_what_is_no_text_is_400(body: dict[str, object]) -> None:
    assert Client().call("POST", SESSION, body).status == 400


def test_logging_out_removes_the_cookie() -> None:
    told = Client().call("DELETE", SESSION)
    assert told.status == 200
    assert "argocd.token=;" in told.headers["Set-Cookie"]
    assert "Max-Age=0" in told.headers["Set-Cookie"]


def test_userinfo_says_who_speaks() -> None:
    told = Client().log_in().call("GET", f"{SESSION}/userinfo")
    assert told.json == {"loggedIn": True, "username": "admin", "iss": "argocd"}
