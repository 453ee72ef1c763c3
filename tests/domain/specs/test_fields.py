"""A wrong type becomes a sentence that names the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared.domain.specs.fields import Fields, is_whole_number
from shared.errors import InvalidSpecError

OWNER = "Application argocd/shop"
READERS: dict[str, Callable[[Fields], Any]] = {
    "text": lambda fields: fields.text("x"),
    "flag": lambda fields: fields.flag("x"),
    "whole_number": lambda fields: fields.whole_number("x", 0),
    "texts": lambda fields: fields.texts("x"),
    "text_map": lambda fields: fields.text_map("x"),
    "any_object": lambda fields: fields.any_object("x"),
    "child": lambda fields: fields.child("x").data,
    "children": lambda fields: fields.children("x"),
}


def fields(**data: Any) -> Fields:
    return Fields(OWNER, "spec", data)


@pytest.mark.parametrize(
    ("reader", "default"),
    [
        ("text", ""),
        ("flag", False),
        ("whole_number", 0),
        ("texts", ()),
        ("text_map", {}),
        ("any_object", {}),
        ("child", {}),
        ("children", ()),
    ],
)
def test_absent_and_null_are_the_default(reader: str, default: object) -> None:
    assert READERS[reader](fields()) == default
    assert READERS[reader](fields(x=None)) == default


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        ("text", "a"),
        ("text", ""),
        ("flag", True),
        ("whole_number", -3),
        ("texts", ("a", "")),
        ("text_map", {"a": "b"}),
        ("any_object", {"a": [1]}),
        ("child", {"a": 1}),
    ],
)
def test_the_right_type_is_read_as_it_stands(reader: str, value: object) -> None:
    written = list(value) if isinstance(value, tuple) else value
    assert READERS[reader](fields(x=written)) == value


WRONG = [
    ("text", 1, "x must be a text, not a whole number. Put it in quotes"),
    ("text", 1.5, "x must be a text, not a number. Put it in quotes"),
    ("text", True, "x must be a text, not true or false. Put it in quotes"),
    ("text", ["a"], "x must be a text, not a list"),
    ("flag", "true", "x must be true or false, not a text"),
    ("flag", 1, "x must be true or false, not a whole number"),
    ("whole_number", "1", "x must be a whole number, not a text"),
    ("whole_number", True, "x must be a whole number, not true or false"),
    ("whole_number", 1.0, "x must be a whole number, not a number"),
    ("texts", "a", "x must be a list, not a text. Write one entry a line, each after a dash"),
    ("texts", {"a": "b"}, "x must be a list, not an object"),
    ("texts", ["a", None], "x[1] must be a text, not null"),
    ("text_map", {"a": 1}, "x['a'] must be a text, not a whole number. Put it in quotes"),
    ("text_map", {1: "a"}, "x has a key that is a whole number. Put it in quotes"),
    ("any_object", "a", "x must be an object, not a text"),
    ("child", [], "x must be an object, not a list"),
    ("children", [{}, "a"], "x[1] must be an object, not a text"),
]


@pytest.mark.parametrize(("reader", "value", "sentence"), WRONG, ids=[f"{c[0]} {c[1]}" for c in WRONG])
def test_another_type_is_a_sentence_with_the_field_in_it(reader: str, value: object, sentence: str) -> None:
    with pytest.raises(InvalidSpecError) as caught:
        READERS[reader](fields(x=value))
    assert str(caught.value) == f"{OWNER}: spec.{sentence}"
    assert caught.value.field.startswith("spec.x")


def test_no_value_is_ever_shown() -> None:
    with pytest.raises(InvalidSpecError) as caught:
        fields(x=["hunter2"]).text("x")
    assert "hunter2" not in str(caught.value)


def test_paths_grow_with_the_depth() -> None:
    inner = fields(a={"b": [{"c": 1}]}).child("a").children("b")[0]
    assert inner.path == "spec.a.b[0]"
    assert inner.at("c") == "spec.a.b[0].c"
    assert inner.has("c")
    assert not inner.has("d")


def test_true_is_no_number() -> None:
    assert is_whole_number(1)
    assert not is_whole_number(True)
    assert not is_whole_number(1.0)
