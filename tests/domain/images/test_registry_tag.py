"""Times and names of tags."""

from __future__ import annotations

import pytest

from shared.domain.images.registry_tag import may_be_image, sortable_time


def test_times_with_any_number_of_digits_sort_by_time() -> None:
    times = [
        "2026-01-01T10:00:00Z", "2026-01-01T10:00:00.0000001Z", "2026-01-01T10:00:00.1Z",
        "2026-01-01T10:00:00.123456789Z", "2026-01-01T10:00:01+00:00",
    ]  # fmt: skip
    assert [sortable_time(each) for each in times] == sorted(sortable_time(each) for each in times)
    assert len({sortable_time(each) for each in times}) == len(times)
    assert sortable_time("") == ""


@pytest.mark.parametrize(
    ("tag", "may"),
    [
        ("1.0.0", True),
        ("", False),
        ("sha256-" + "a" * 64 + ".sig", False),
        ("sha256-" + "a" * 64, False),
        ("sha256-abc", True),
    ],
)
def test_names_of_signatures_are_no_images(tag: str, may: bool) -> None:
    assert may_be_image(tag) is may
