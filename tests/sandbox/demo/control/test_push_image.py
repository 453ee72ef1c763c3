"""Which tag comes next."""

from __future__ import annotations

import pytest

from sandbox.demo.control.push_image import next_tag


@pytest.mark.parametrize(
    ("tags", "after"),
    [
        (["2025.11"], "2025.12"),
        (["v2.6.4"], "v2.6.5"),
        (["2025.09"], "2025.10"),
        (["2025.99"], "2025.100"),
        (["1.2.3-alpine"], "1.2.4-alpine"),
        (["v1.9", "v1.10", "v1.2"], "v1.3"),
        (["v1.1", "nightly-7", "latest"], "v1.2"),
        (["v1.2", "v1.4", "v1.3"], "v1.5"),
        (["latest", "v1.2"], ""),
        ([], ""),
    ],
)
def test_the_next_tag_looks_like_the_first_and_follows_the_newest(tags: list[str], after: str) -> None:
    assert next_tag(tags) == after
