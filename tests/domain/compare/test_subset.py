"""Is what git says already so?"""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.compare.field_sets import FieldSet, text_of
from shared.domain.compare.subset import ABSENT, Reading, unmet_paths

BUILT_IN, CUSTOM = Reading(True), Reading(False)


def unmet(desired: Any, live: Any, fields: FieldSet | None = None, reading: Reading = BUILT_IN) -> list[str]:
    return [text_of(path) for path in unmet_paths(desired, live, fields, reading)]


def test_more_in_the_live_object_is_fine_and_less_is_not() -> None:
    assert unmet({"a": 1}, {"a": 1, "b": 2}) == []
    assert unmet({"a": 1, "b": {"c": 2}}, {"a": 2, "b": {}}) == ["a", "b.c"]


@pytest.mark.parametrize("nothing", [None, {}, []])
def test_nothing_in_git_asks_for_nothing(nothing: object) -> None:
    assert unmet({"a": nothing}, {}) == []


def test_an_empty_list_in_git_empties_a_list_that_is_replaced_as_a_whole() -> None:
    assert unmet({"args": []}, {"args": ["x"]}, {"f:args": {}}) == ["args"]
    assert unmet({"env": []}, {"env": [{"name": "A"}]}) == []


def test_items_are_found_by_their_keys() -> None:
    live = {"env": [{"name": "OTHER"}, {"name": "A", "value": "1"}, {"name": "B", "value": "2"}]}
    assert unmet({"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "3"}]}, live) == [
        "env[name=B].value"
    ]
    assert unmet({"env": [{"name": "C"}]}, live) == ["env[name=C]"]


def test_the_order_of_our_items_matters_and_that_of_others_does_not() -> None:
    live = {"env": [{"name": "A"}, {"name": "X"}, {"name": "B"}]}
    assert unmet({"env": [{"name": "A"}, {"name": "B"}]}, live) == []
    assert unmet({"env": [{"name": "B"}, {"name": "A"}]}, live) == ["env"]


def test_a_key_that_stands_twice_is_for_the_server_to_judge() -> None:
    assert unmet({"env": [{"name": "A"}, {"name": "A"}]}, {"env": [{"name": "A"}]}) == ["env"]


def test_sets_are_compared_by_their_values() -> None:
    fields: FieldSet = {"f:tags": {'v:"a"': {}}}
    assert unmet({"tags": ["a"]}, {"tags": ["b", "a"]}, fields) == []
    assert unmet({"tags": ["c"]}, {"tags": ["a"]}, fields) == ['tags["c"]']


def test_what_is_replaced_as_a_whole_must_be_equal_as_a_whole() -> None:
    fields: FieldSet = {"f:selector": {}, "f:rules": {}}
    assert unmet({"selector": {"a": "1"}}, {"selector": {"a": "1", "b": "2"}}, fields) == ["selector"]
    assert unmet({"rules": [{"a": 1}]}, {"rules": [{"a": 1}, {"b": 2}]}, fields) == ["rules"]
    assert unmet({"rules": [{"a": {}}]}, {"rules": [{}]}, fields) == ["rules"]


def test_in_it_only_what_the_server_fills_in_may_be_more() -> None:
    fields: FieldSet = {"f:ports": {}}
    desired, live = {"ports": [{"port": 80}]}, {"ports": [{"port": 80, "protocol": "TCP"}]}
    assert unmet(desired, live, fields) == []
    assert unmet(desired, live, fields, CUSTOM) == ["ports"]
    assert unmet(desired, {"ports": [{"port": 80, "protocol": "UDP"}]}, fields) == ["ports"]


def test_a_zero_that_the_server_drops_is_no_difference_in_built_in_kinds() -> None:
    assert unmet({"hostNetwork": False}, {}) == []
    assert unmet({"hostNetwork": False}, {}, reading=CUSTOM) == ["hostNetwork"]
    assert unmet({"hostNetwork": True}, {}) == ["hostNetwork"]


def test_another_zero_is_one_unless_we_still_own_it() -> None:
    desired = {"automountServiceAccountToken": False}
    owned = Reading(True, {"f:automountServiceAccountToken": {}})
    assert unmet(desired, {}) == ["automountServiceAccountToken"]
    assert unmet(desired, {}, reading=owned) == []


def test_a_map_where_a_text_is_wanted_is_a_difference() -> None:
    assert unmet({"a": "x"}, {"a": {}}) == ["a"]
    assert list(unmet_paths({"a": 1}, ABSENT, None, BUILT_IN, ("f:x",))) == [("f:x",)]
