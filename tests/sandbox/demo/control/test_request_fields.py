"""What a request of the control URL may say."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.demo.control.refusal import RefusedError
from sandbox.demo.control.request_fields import RequestFields

_WORD = re.compile(r"[a-z]+")


def word(values: dict[str, Any]) -> str:
    return RequestFields("drift", values).text("name", "ai-app", _WORD, "Write a word")


def number(values: dict[str, Any]) -> int:
    return RequestFields("drift", values).number("replicas", 5, 50)


def secret(values: dict[str, Any]) -> str:
    return RequestFields("set-secret", values).secret("value", 8)


@pytest.mark.parametrize("values", [{}, {"name": None}, {"name": ""}])
def test_a_text_that_is_missing_is_the_default(values: dict[str, Any]) -> None:
    assert word(values) == "ai-app"


def test_what_is_given_counts() -> None:
    assert (word({"name": "web"}), number({"replicas": 0}), secret({"value": "s3"})) == ("web", 0, "s3")


@pytest.mark.parametrize(
    ("read", "values"),
    [
        (word, {"name": "a b"}),
        (word, {"name": 7}),
        (word, {"name": ["web"]}),
        (number, {"replicas": True}),
        (number, {"replicas": "5"}),
        (number, {"replicas": -1}),
        (number, {"replicas": 51}),
        (number, {"replicas": None}),
    ],
)
def test_a_wrong_field_is_named_with_its_value_and_the_way_out(
    read: Callable[[dict[str, Any]], object], values: dict[str, Any]
) -> None:
    ((field, value),) = values.items()
    with pytest.raises(RefusedError) as refusal:
        read(values)
    body = refusal.value.body
    assert (refusal.value.status, body["subject"], body["field"]) == (400, "drift", field)
    assert body["problem"] == f"is {value!r}"
    assert body["wayOut"].startswith("Write a ")
    assert body["message"] == f"drift: {field} {body['problem']}. {body['wayOut']}"


@pytest.mark.parametrize("value", ["", "geheim-ist-es", ["geheim"], {"geheim": 1}])
def test_a_wrong_secret_is_refused_and_never_repeated(value: object) -> None:
    with pytest.raises(RefusedError) as refusal:
        secret({"value": value})
    assert "geheim" not in str(refusal.value.body)


def test_a_field_that_nobody_reads_is_refused_with_those_that_are() -> None:
    with pytest.raises(
        RefusedError, match=r"drift: replica is no field of it\. Its fields are name, replicas"
    ):
        RequestFields("drift", {"name": "x", "replica": 3}).only({"name": "", "replicas": ""})
