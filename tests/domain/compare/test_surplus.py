"""What we own, git has dropped and the cluster still has."""

from __future__ import annotations

from typing import Any

from shared.domain.compare.field_sets import FieldSet, text_of
from shared.domain.compare.surplus import surplus_paths

ENV: FieldSet = {'k:{"name":"A"}': {".": {}, "f:name": {}, "f:value": {}}}


def surplus(owned: FieldSet, desired: Any, live: Any, others: FieldSet | None = None) -> list[str]:
    return [text_of(path) for path in surplus_paths(owned, others, desired, live, built_in=True)]


def test_a_field_that_git_has_dropped_is_surplus() -> None:
    assert surplus({"f:a": {}, "f:b": {}}, {"a": 1}, {"a": 1, "b": 2}) == ["b"]
    assert surplus({"f:a": {"f:b": {}}}, {"a": {}}, {"a": {"b": 1}}) == ["a.b"]


def test_a_field_that_is_gone_already_is_not() -> None:
    assert surplus({"f:a": {}}, {}, {}) == []


def test_null_in_git_drops_a_field() -> None:
    assert surplus({"f:a": {}}, {"a": None}, {"a": 1}) == ["a"]


def test_what_another_owns_too_stays() -> None:
    assert surplus({"f:a": {}}, {}, {"a": 1}, {"f:a": {}}) == []
    assert surplus({"f:env": ENV}, {}, {"env": [{"name": "A", "value": "1"}]}, {"f:env": ENV}) == []


def test_a_map_goes_when_any_of_it_would() -> None:
    owned: FieldSet = {"f:m": {"f:a": {}, "f:b": {}}}
    assert surplus(owned, {}, {"m": {"a": 1, "b": 2}}, {"f:m": {"f:a": {}}}) == ["m"]
    assert surplus(owned, {}, {"m": {"a": 1, "b": 2}}, owned) == []


def test_an_item_goes_as_a_whole_unless_another_has_a_part_of_it() -> None:
    live = {"env": [{"name": "A", "value": "1"}]}
    assert surplus({"f:env": ENV}, {"env": []}, live) == ["env[name=A]"]
    part: FieldSet = {"f:env": {'k:{"name":"A"}': {"f:value": {}}}}
    assert surplus({"f:env": ENV}, {"env": []}, live, part) == []


def test_a_value_of_a_set_goes_unless_another_has_it() -> None:
    owned: FieldSet = {"f:tags": {'v:"a"': {}, 'v:"b"': {}}}
    assert surplus(owned, {"tags": ["b"]}, {"tags": ["a", "b"]}) == ['tags["a"]']
    assert surplus(owned, {"tags": ["b"]}, {"tags": ["a", "b"]}, {"f:tags": {'v:"a"': {}}}) == []


def test_what_the_server_would_fill_in_again_stays() -> None:
    owned: FieldSet = {"f:spec": {"f:replicas": {}}}
    assert surplus(owned, {"spec": {}}, {"spec": {"replicas": 1}}) == []
    assert surplus(owned, {"spec": {}}, {"spec": {"replicas": 2}}) == ["spec.replicas"]
    custom = surplus_paths(owned, None, {"spec": {}}, {"spec": {"replicas": 1}}, built_in=False)
    assert list(custom) == [("f:spec", "f:replicas")]


def test_an_item_that_stays_keeps_its_key() -> None:
    owned = {"f:env": ENV}
    assert surplus(owned, {"env": [{"name": "A"}]}, {"env": [{"name": "A", "value": "1"}]}) == [
        "env[name=A].value"
    ]
