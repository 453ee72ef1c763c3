"""The same amount, written differently."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shared.domain.manifests.quantities import quantity, same_quantity

SAME: list[tuple[object, object]] = [
    ("0.5", "500m"),
    (0.5, "500m"),
    (1, "1"),
    ("1", "1000m"),
    (1, 1.0),
    (1024, "1Ki"),
    ("1Gi", "1024Mi"),
    ("1.5Gi", "1536Mi"),
    ("1k", "1000"),
    ("1e3", 1000),
    ("1E3", "1k"),
    ("1E", "1000P"),
    ("12e-1", "1200m"),
    (1e22, "9223372036854775807"),
    ("5.", "5"),
    (".5", "500m"),
    ("+1", "1"),
    ("-1", -1),
    ("0", "0Gi"),
    ("100u", "0.1m"),
    ("0.1n", "1n"),
    ("-0.1n", "-1n"),
    ("9Ei", "8Ei"),
    ("0.3", "300m"),
]


@pytest.mark.parametrize(("first", "second"), SAME, ids=[f"{a!r} {b!r}" for a, b in SAME])
def test_one_amount_in_two_spellings_is_the_same(first: object, second: object) -> None:
    assert same_quantity(first, second)
    assert same_quantity(second, first)


DIFFERENT: list[tuple[object, object]] = [
    ("1", "1m"),
    ("1G", "1Gi"),
    ("1M", "1m"),
    ("0.1", "0.1000001"),
    (1, True),
    ("x", "x"),
    ("1K", "1k"),
    ("1e", "1"),
    ("", ""),
    (None, None),
    ("1 Gi", "1Gi"),
    (".", "."),
    ("1\n", "1"),
    ("9" * 5000, "9" * 5000),
    (float("inf"), float("inf")),
    ("0", "-1n"),
]


@pytest.mark.parametrize(("first", "second"), DIFFERENT, ids=[f"{a!r} {b!r}"[:40] for a, b in DIFFERENT])
def test_other_amounts_and_what_is_no_amount_are_not(first: object, second: object) -> None:
    assert not same_quantity(first, second)


def test_amounts_are_exact() -> None:
    assert quantity("0.1") == Fraction(1, 10)
    assert quantity("1e999999999") == quantity("8Ei")
    assert quantity("1e-999999999") == Fraction(1, 10**9)
