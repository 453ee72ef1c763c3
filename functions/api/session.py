"""Session service: log in, log out, who am I. Source: Argo CD server/session."""

from __future__ import annotations

from functions._http import Answer, json_answer
from functions.api.call import Call, empty
from shared.errors import InvalidRequestError


def create(call: Call) -> Answer:
    """`{username, password}` → `{token}` and the cookie."""
    body = call.json()
    username, password = body.get("username", ""), body.get("password", "")
    if not isinstance(username, str) or not isinstance(password, str):
        raise InvalidRequestError("Session: username and password must be texts")
    token = call.services.log_in(username, password).reveal()
    cookie = f"argocd.token={token}; path=/; SameSite=lax; httpOnly"
    return json_answer({"token": token}, headers={"Set-Cookie": cookie})


def delete(call: Call) -> Answer:
    gone = "argocd.token=; path=/; SameSite=lax; httpOnly; Max-Age=0"
    return Answer(200, empty().body, {"Content-Type": "application/json", "Set-Cookie": gone})


def userinfo(call: Call) -> Answer:
    return json_answer({"loggedIn": True, "username": call.who, "iss": "argocd"})
