"""Any text is a name, in the same order."""

from __future__ import annotations

import random
import re

import pytest

from shared.adapters.azure.key_text import LONGEST, end_of, from_key_text, key_text

SAFE = re.compile(r"[-0-9A-Za-z!.:_~]+")
CHARACTERS = [
    *map(chr, range(0x200)),
    *"/\\#?%'\"水",
    "\ud7ff",
    "\ue000",
    "\uffff",
    "\U0001f6a2",
    "\U0010ffff",
]


def texts(count: int) -> list[str]:
    chance = random.Random(7)
    return ["".join(chance.choices(CHARACTERS, k=chance.randint(1, 6))) for _ in range(count)]


@pytest.mark.parametrize("character", CHARACTERS, ids=lambda c: f"U+{ord(c):04X}")
def test_every_character_becomes_safe_ones_and_comes_back(character: str) -> None:
    assert SAFE.fullmatch(key_text(character))
    assert from_key_text(key_text(character)) == character


def test_the_order_of_names_is_the_order_of_texts() -> None:
    samples = sorted({*texts(3000), *CHARACTERS})
    names = [key_text(text) for text in samples]
    assert names == sorted(names)
    assert len(set(names)) == len(samples)
    assert [from_key_text(name) for name in names] == samples


def test_prefixes_of_texts_are_prefixes_of_names_and_have_an_end() -> None:
    for text, other in zip(texts(2000), reversed(texts(2000)), strict=True):
        for prefix in (text[:1], text[:2], other[:1]):
            low = key_text(prefix)
            assert key_text(text).startswith(low) == text.startswith(prefix)
            assert (low <= key_text(text) < end_of(low)) == text.startswith(prefix)


def test_usual_names_stay_readable() -> None:
    assert key_text("application-status") == "application-status"
    assert key_text("argocd/ai-app-production") == "argocd.bai-app-production"
    assert key_text("history:argocd/shop") == "history:aargocd.bshop"


@pytest.mark.parametrize("name", ["!", "!zz", "/", "~0", "~00", ":z", "a b", "_"])
def test_what_is_no_name_of_ours_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="none of ours"):
        from_key_text(name)


def test_a_name_is_at_most_as_long_as_a_key_may_be() -> None:
    assert len(key_text("x" * LONGEST)) == LONGEST
    with pytest.raises(ValueError, match="too long"):
        key_text("x" * (LONGEST + 1))
    with pytest.raises(ValueError, match="too long"):
        key_text("水" * 60)
