"""The items of a list are told apart as the server does."""

from __future__ import annotations

from shared.domain.compare.field_sets import FieldSet
from shared.domain.compare.list_shapes import ATOMIC, SET, shape_of, steps_of

NAMED = [{"name": "a"}, {"name": "b"}]


def test_the_owners_of_a_list_show_its_keys() -> None:
    fields: FieldSet = {".": {}, 'k:{"id":"x"}': {".": {}}}
    assert shape_of(NAMED, NAMED, fields, ("f:slots",)) == ("id",)
    assert shape_of(["a"], ["a"], {'v:"a"': {}}, ("f:tags",)) == SET


def test_a_list_owned_as_a_whole_is_atomic_whatever_its_name() -> None:
    assert shape_of(NAMED, NAMED, {}, ("f:env",)) == ATOMIC


def test_a_list_that_was_applied_empty_shows_nothing() -> None:
    assert shape_of(NAMED, [], {}, ("f:env",)) == ("name",)


def test_without_owners_the_lists_of_built_in_kinds_are_known_by_name() -> None:
    assert shape_of(NAMED, [], None, ("f:spec", "f:containers")) == ("name",)
    assert shape_of([{"port": 80}], [], None, ("f:ports",)) == ("port", "protocol")
    assert shape_of([{"containerPort": 80}], [], None, ("f:ports",)) == ("containerPort", "protocol")
    assert shape_of(["a"], [], None, ("f:finalizers",)) == SET


def test_what_is_not_known_or_has_not_its_keys_is_atomic() -> None:
    assert shape_of(NAMED, NAMED, None, ("f:parts",)) == ATOMIC
    assert shape_of([{"value": "x"}], [], None, ("f:env",)) == ATOMIC
    assert shape_of(NAMED, NAMED, None, ()) == ATOMIC


def test_each_item_has_its_step() -> None:
    assert steps_of(NAMED, ("name",)) == ['k:{"name":"a"}', 'k:{"name":"b"}']
    assert steps_of(["a", 1], SET) == ['v:"a"', "v:1"]
