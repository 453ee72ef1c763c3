"""Call a function as the platform would: through its blueprint, with the platform's own objects."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func

from functions import rest_api
from functions.api.routes import Api
from shared.domain.access.secret_text import SecretText
from tests.services.worlds import Engine, engine

PASSWORD = "let-me-in"
_ORIGIN = "https://tidegate.invalid"


class Output(func.Out[str]):
    """What a function put into an output binding, None when it put nothing."""

    def __init__(self) -> None:
        self.value: str | None = None

    def set(self, val: str) -> None:
        self.value = val

    def get(self) -> str:
        return self.value or ""


def functions_of(blueprint: func.Blueprint) -> dict[str, func.Function]:
    """The functions of a blueprint by name, as an app would index them."""
    app = func.FunctionApp()
    app.register_functions(blueprint)
    return {str(found.get_function_name()): found for found in app.get_functions()}


def user_function(blueprint: func.Blueprint, name: str) -> Callable[..., Any]:
    called: Callable[..., Any] = functions_of(blueprint)[name].get_user_function()
    return called


def binding(function: func.Function, direction: str) -> dict[str, Any]:
    """The one binding of a direction (`in`, `out`), as the platform reads it; triggers are `in`."""
    found = [each for each in json.loads(str(function))["bindings"] if each["direction"].lower() == direction]
    return dict(found[0])


def http_request(
    method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> func.HttpRequest:
    query = dict(parse_qsl(urlsplit(target).query, keep_blank_values=True))
    return func.HttpRequest(method, _ORIGIN + target, headers=headers or {}, params=query, body=body)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer of the API."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(slots=True)
class Client:
    """Speaks to the REST API through its door. `world` is the engine behind it; `token` is sent along."""

    world: Engine = field(default_factory=lambda: engine(admin_password=SecretText(PASSWORD)))
    token: str = ""

    def log_in(self) -> Client:
        told = self.call("POST", "/api/v1/session", {"username": "admin", "password": PASSWORD})
        self.token = told.json["token"]
        return self

    def call(
        self,
        method: str,
        target: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Told:
        """`body` is sent as JSON, bytes as they are; `headers` overrule what is sent by itself."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        door = user_function(rest_api.blueprint(Api(self.world)), "rest_api")
        answer = door(http_request(method, target, data, {**sent, **(headers or {})}))
        return Told(answer.status_code, answer.get_body().decode(), dict(answer.headers))
