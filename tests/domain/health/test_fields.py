"""Fields of live objects may be absent, null or of another type."""

from __future__ import annotations

from shared.domain.health.fields import condition, conditions, has_number, number, part, parts, text


def test_a_part_that_is_not_there_is_empty() -> None:
    assert part({"a": {"b": {"c": 1}}}, "a", "b") == {"c": 1}
    assert part({"a": None}, "a", "b") == {}
    assert part({"a": "text"}, "a", "b") == {}


def test_only_objects_of_a_list_count() -> None:
    assert parts({"items": [{"a": 1}, None, "x"]}, "items") == [{"a": 1}]
    assert parts({"items": {"a": 1}}, "items") == []


def test_an_absent_number_reads_as_zero_but_is_known_to_be_absent() -> None:
    assert (number({}, "replicas"), has_number({}, "replicas")) == (0, False)
    assert (number({"replicas": 0}, "replicas"), has_number({"replicas": 0}, "replicas")) == (0, True)
    assert number({"replicas": 2.0}, "replicas") == 2
    assert number({"replicas": True}, "replicas") == 0


def test_a_text_is_a_text_or_empty() -> None:
    assert (text({"a": "x"}, "a"), text({"a": 1}, "a"), text({}, "a")) == ("x", "", "")


def test_the_first_condition_of_a_type_is_found() -> None:
    manifest = {
        "status": {"conditions": [{"type": "A", "n": 1}, {"type": "B", "n": 2}, {"type": "B", "n": 3}]}
    }
    assert condition(manifest, "B") == {"type": "B", "n": 2}
    assert condition(manifest, "C") is None
    assert list(conditions({})) == []
