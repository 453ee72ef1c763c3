"""`fields=`: what a client wants of an answer."""

from __future__ import annotations

import pytest

from shared.domain.views.field_mask import FieldMask

LIST = {
    "metadata": {"resourceVersion": "1"},
    "items": [{"metadata": {"name": "a", "labels": {"x": "y"}}, "status": {"sync": "Synced"}}],
}


def test_without_fields_everything_is_shown() -> None:
    assert FieldMask.parse("").of(LIST) == LIST


def test_chosen_fields_are_kept_through_lists() -> None:
    mask = FieldMask.parse("items.metadata.name,items.status")
    assert mask.of(LIST) == {"items": [{"metadata": {"name": "a"}, "status": {"sync": "Synced"}}]}


def test_a_leading_minus_keeps_all_but_the_fields() -> None:
    mask = FieldMask.parse("-items.metadata.labels,items.status")
    assert mask.of(LIST) == {"metadata": {"resourceVersion": "1"}, "items": [{"metadata": {"name": "a"}}]}


def test_a_field_that_is_not_there_is_no_error() -> None:
    assert FieldMask.parse("items.spec.nothing").of(LIST) == {"items": [{}]}
    assert FieldMask.parse("-nothing.at.all").of(LIST) == LIST


def test_what_is_no_object_is_shown_whole() -> None:
    assert FieldMask.parse("items.x").of({"items": None}) == {"items": None}


@pytest.mark.parametrize(
    ("fields", "path", "wanted"),
    [
        ("", "status.history", True),
        ("metadata.name", "status.history", False),
        ("status", "status.history", True),
        ("status.history.id", "status.history", True),
        ("status.sync", "status.history", False),
        ("-status", "status.history", False),
        ("-status.history", "status.history", False),
        ("-status.history.id", "status.history", True),
        ("-metadata", "status.history", True),
    ],
)
def test_it_knows_what_need_not_be_looked_up(fields: str, path: str, wanted: bool) -> None:
    assert FieldMask.parse(fields).wants(path) is wanted


@pytest.mark.parametrize("fields", ["items.metadata.name", "-items.status", "items", "-metadata", ""])
def test_the_mask_of_a_part_shows_what_the_whole_mask_shows_of_it(fields: str) -> None:
    mask = FieldMask.parse(fields)
    assert mask.below("items").of(LIST["items"]) == mask.of(LIST)["items"]
