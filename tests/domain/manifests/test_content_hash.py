"""One short name for one content."""

from __future__ import annotations

import re

import pytest

from shared.domain.manifests.content_hash import canonical_json, content_hash


def test_the_order_of_keys_does_not_matter() -> None:
    assert content_hash({"a": 1, "b": [1, 2]}) == content_hash({"b": [1, 2], "a": 1})


@pytest.mark.parametrize("other", [{"a": "1"}, {"a": 1, "b": None}, {"a": [1]}, {"A": 1}, {"a": True}, {}])
def test_any_other_content_has_another_hash(other: object) -> None:
    assert content_hash(other) != content_hash({"a": 1})


def test_the_order_of_a_list_matters() -> None:
    assert content_hash([1, 2]) != content_hash([2, 1])


def test_a_hash_is_32_hex_digits_and_stays_the_same_between_releases() -> None:
    assert re.fullmatch("[0-9a-f]{32}", content_hash({}))
    assert content_hash({"kind": "ConfigMap"}) == "c5f1ea99c27f2d293210d1b0239b262e"


def test_text_is_kept_as_utf8() -> None:
    assert canonical_json({"ä": "→", "a": 1}) == '{"a":1,"ä":"→"}'.encode()


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))
