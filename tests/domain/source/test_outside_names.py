"""Where the things are that people name."""

from __future__ import annotations

import pytest

from shared.domain.source.outside_names import located

NAMES = {"https://github.com/": "http://127.0.0.1:81/", "https://github.com/acme/": "http://127.0.0.1:82/"}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("https://github.com/my-org/charts.git", "http://127.0.0.1:81/my-org/charts.git"),
        ("https://github.com/acme/charts.git", "http://127.0.0.1:82/charts.git"),
        ("https://gitlab.com/acme/charts.git", "https://gitlab.com/acme/charts.git"),
    ],
)
def test_the_longest_mapped_beginning_is_replaced(written: str, found: str) -> None:
    assert located(written, NAMES) == found
