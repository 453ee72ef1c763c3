"""Kubernetes quantities: `500m`, `1Gi`, `1e3`, 0.5."""

from __future__ import annotations

import re
from fractions import Fraction

_QUANTITY = re.compile(
    r"(?P<sign>[+-]?)(?P<number>[0-9]+\.?[0-9]*|\.[0-9]+)"
    r"(?:(?P<suffix>[KMGTPE]i|[numkMGTPE])|[eE](?P<exponent>[+-]?[0-9]{1,9}))?"
)
_SCALES = {
    **{
        unit: Fraction(1024) ** (power + 1) for power, unit in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"))
    },
    **{unit: Fraction(1000) ** (power - 3) for power, unit in enumerate(("n", "u", "m", "", "k", "M", "G"))},
    **{unit: Fraction(1000) ** (power + 4) for power, unit in enumerate(("T", "P", "E"))},
}
_LARGEST = 2**63 - 1
_NANO = 10**9
_LONGEST_EXPONENT = 40
_LONGEST_TEXT = 100


def same_quantity(first: object, second: object) -> bool:
    """Do two values mean the same amount? Exact arithmetic, no rounding but Kubernetes' own.

    Texts and numbers are read alike: `"0.5"`, 0.5 and `"500m"` are one amount, as are 1024 and `"1Ki"`.
    False as soon as one of them is no quantity.
    """
    amount = quantity(first)
    return amount is not None and amount == quantity(second)


def quantity(value: object) -> Fraction | None:
    """The amount, or None for what is no quantity.

    Fractions are rounded up, away from zero, to 10⁻⁹, and amounts beyond 2⁶³ - 1 become that.

    Source: Kubernetes k8s.io/apimachinery/pkg/api/resource ParseQuantity. Numbers without quotes are
    read from their JSON text, as UnmarshalJSON does.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = value if isinstance(value, str) else repr(value)
    match = _QUANTITY.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        return None
    amount = Fraction(_with_digit(match["number"])) * _scale(match["suffix"], match["exponent"])
    limited = min(Fraction(-((-amount * _NANO) // 1), _NANO), Fraction(_LARGEST))
    return -limited if match["sign"] == "-" else limited


def _scale(suffix: str | None, exponent: str | None) -> Fraction:
    if exponent is None:
        return _SCALES[suffix or ""]
    power = max(-_LONGEST_EXPONENT, min(_LONGEST_EXPONENT, int(exponent)))
    return Fraction(10) ** power


def _with_digit(number: str) -> str:
    """Fraction reads `.5` and `5`, and `5.` only as `5.0`."""
    return f"{number}0" if number.endswith(".") else number
