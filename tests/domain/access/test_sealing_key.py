"""What is a key, and what is none."""

from __future__ import annotations

import pytest

from shared.domain.access.sealing_key import sealing_key


@pytest.mark.parametrize("text", ["0a" * 32, "0A" * 32, "0a" * 32 + "\n"])
def test_sixty_four_hex_digits_are_a_key(text: str) -> None:
    assert sealing_key(text) == b"\n" * 32


@pytest.mark.parametrize("text", ["", "0a" * 31, "0a" * 33, "0a" * 31 + "0", "zz" * 32, "\N{SNOWMAN}" * 64])
def test_nothing_else_is_one(text: str) -> None:
    assert sealing_key(text) is None
