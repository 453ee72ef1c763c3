"""What refusals mean, and what they never tell."""

from __future__ import annotations

from typing import Any

import pytest

from shared.adapters.kubernetes.refusals import Call, refusal, status_of
from shared.errors import InvalidRequestError, UnavailableError

HIDDEN = "hunter2-correct-horse"


def about_a_secret(message: str, body: Any, **details: Any) -> str:
    call = Call("apply Secret shop/s", "PATCH", "/", body=body, plural="secrets", secret=True)
    status = status_of(b"{}", 422)
    status.message = message
    return str(refusal(call, status))


@pytest.mark.parametrize(
    ("message", "body"),
    [
        (f'data.k: Invalid value: "{HIDDEN}": too long', {"kind": "Secret", "data": {"k": HIDDEN}}),
        (f"data.k: Invalid value: {HIDDEN}: too long", {"kind": "Secret", "stringData": {"k": HIDDEN}}),
        (f"expected map, got &{{{HIDDEN}}}", {"kind": "Secret", "data": HIDDEN}),
        (f"cannot read {HIDDEN}", [{"op": "add", "path": "/data/k", "value": HIDDEN}]),
        (f"cannot read {HIDDEN}", {"data": {"k": HIDDEN}}),
        (f'they wrote "{HIDDEN}" before', {"data": {}}),
        (f"they wrote `{HIDDEN}` before", None),
    ],
)
def test_no_value_of_a_secret_survives_in_a_message(message: str, body: Any) -> None:
    text = about_a_secret(message, body)
    assert text.startswith("apply Secret shop/s: ")
    assert HIDDEN not in text
    assert "••••" in text


def test_causes_of_a_refused_secret_keep_their_fields() -> None:
    body = (
        b'{"code":422,"reason":"Invalid","message":"data[a b]: Invalid value: \\"hunter2\\"",'
        b'"details":{"name":"s","kind":"Secret","causes":['
        b'{"reason":"FieldValueInvalid","message":"Invalid value: \\"hunter2\\"","field":"data[a b]"}]}}'
    )
    call = Call("apply Secret shop/s", "PATCH", "/", plural="secrets", secret=True)
    error = refusal(call, status_of(body, 422))
    assert str(error) == "apply Secret shop/s: the Secret is refused (Invalid): data[a b] FieldValueInvalid"


def test_a_conflict_about_a_secret_names_the_other_manager_and_no_value() -> None:
    sentence = f'Apply failed with 1 conflict: conflict with "kubectl": .data.k was {HIDDEN}'
    status = status_of(b"{}", 409)
    status.message = sentence
    body = {"kind": "Secret", "data": {"k": HIDDEN}}
    call = Call("apply Secret shop/s", "PATCH", "/", body=body, plural="secrets", secret=True)
    text = str(refusal(call, status))
    assert 'conflict with "kubectl": .data.k' in text
    assert HIDDEN not in text


def test_other_kinds_keep_the_servers_sentence() -> None:
    call = Call("apply Deployment shop/a", "PATCH", "/", plural="deployments")
    sentence = 'spec.replicas: Invalid value: "x"'
    error = refusal(call, status_of(b'{"message":"spec.replicas: Invalid value: \\"x\\""}', 422))
    assert str(error) == f"apply Deployment shop/a: {sentence}"


@pytest.mark.parametrize(
    "message",
    [
        "failed to create typed patch object (shop/a; apps/v1, Kind=Deployment): .spec.x: field not declared",
        "failed to convert new object (shop/s; /v1, Kind=Secret) to proper version: illegal base64",
        ".spec.ports: duplicate entries for key [port=80]",
    ],
)
def test_an_apply_that_does_not_fit_the_schema_is_never_retried(message: str) -> None:
    """The server answers these with 500, like an outage."""
    status = status_of(b"{}", 500)
    status.message = message
    assert isinstance(refusal(Call("apply", "PATCH", "/"), status), InvalidRequestError)


def test_an_internal_error_is_retried() -> None:
    status = status_of(b'{"message":"failed calling webhook \\"x\\": connection refused"}', 500)
    assert isinstance(refusal(Call("apply", "PATCH", "/"), status), UnavailableError)
