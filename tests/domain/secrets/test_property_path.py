"""One value out of a JSON text, as gjson gives it to External Secrets."""

from __future__ import annotations

import pytest

from shared.domain.secrets.property_path import property_of

TEXT = """ {"user": "shop\\u00e9", "port": 5432, "big": 123456789012345678901234567890,
  "rate": 1.50, "many": 1e3, "yes": true, "none": null,
  "nested": { "a" : [ 1,  2 ], "b.c": "dotted" },
  "tls.crt": "-----BEGIN", "list": [{"name": "first"}, {"name": "second"}], "empty": {}, "": "nameless"} """


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("user", "shopé"),
        ("port", "5432"),
        ("big", "123456789012345678901234567890"),
        ("rate", "1.5"),
        ("many", "1000"),
        ("yes", "true"),
        ("none", ""),
        ("nested", '{ "a" : [ 1,  2 ], "b.c": "dotted" }'),
        ("nested.a", "[ 1,  2 ]"),
        ("nested.a.1", "2"),
        (r"nested.b\\.c".replace("\\\\", "\\"), "dotted"),
        ("tls.crt", "-----BEGIN"),
        ("list.1.name", "second"),
        ("empty", "{}"),
    ],
)
def test_a_path_leads_to_text_as_it_stands(path: str, value: str) -> None:
    assert property_of(TEXT, path) == value


@pytest.mark.parametrize(
    "path", ["nothing", "user.name", "list.2", "list.name", "nested.a.x", "empty.x", "port.0"]
)
def test_a_path_may_lead_nowhere(path: str) -> None:
    assert property_of(TEXT, path) is None


@pytest.mark.parametrize(
    "text", ["", "no json", '{"a": ', '{"a" 1}', "[" * 5000, '{"b": nul, "a": 1}', '"text"', "5"]
)
def test_what_is_no_json_object_holds_nothing(text: str) -> None:
    assert property_of(text, "a") is None


@pytest.mark.parametrize("path", ["a.#", "a.*", "@this", "a|b", "list.#(name==first)", "a?"])
def test_forms_of_paths_that_are_not_built_are_refused_without_the_text(path: str) -> None:
    with pytest.raises(ValueError, match="only names and numbers") as caught:
        property_of("canary", path)
    assert "canary" not in str(caught.value)


def test_nested_goes_before_literal() -> None:
    assert property_of('{"a.b": "literal", "a": {"b": "nested"}}', "a.b") == "nested"
