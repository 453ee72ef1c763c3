"""Resource quantities in the form the server stores.

Source: k8s.io/apimachinery/pkg/api/resource, Quantity.CanonicalizeBytes: the format family (binary,
decimal, exponent) stays, the largest suffix that leaves an integer is taken, nano is the finest.
"""

from __future__ import annotations

import re
from decimal import ROUND_UP, Decimal

_FORM = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+)?")
_BINARY = {"": 0, "Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}


def canonical(text: str) -> str:
    """Return the canonical text; raises ValueError with the server's words for what is no quantity."""
    match = _FORM.fullmatch(text.strip())
    if not match:
        raise ValueError(
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        )
    number, suffix = Decimal(match[1]), match[2] or ""
    if suffix in _BINARY and suffix:
        return _binary(number * 1024 ** _BINARY[suffix])
    if suffix in _DECIMAL:
        return _decimal(number.scaleb(_DECIMAL[suffix]))
    return _exponent(number.scaleb(int(suffix[1:])))


def _binary(value: Decimal) -> str:
    if abs(value) < 1024:
        return _decimal(value)
    whole = int(value.to_integral_value(ROUND_UP))
    power = max(power for power in _BINARY.values() if whole % 1024**power == 0)
    return f"{whole // 1024**power}{list(_BINARY)[power]}"


def _decimal(value: Decimal) -> str:
    nano = int(value.scaleb(9).to_integral_value(ROUND_UP))
    for suffix, power in reversed(_DECIMAL.items()):
        if nano and nano % 10 ** (power + 9) == 0:
            return f"{nano // 10 ** (power + 9)}{suffix}"
    return "0"


def _exponent(value: Decimal) -> str:
    nano = int(value.scaleb(9).to_integral_value(ROUND_UP))
    for power in range(18, -10, -3):
        if nano and nano % 10 ** (power + 9) == 0:
            return f"{nano // 10 ** (power + 9)}" + (f"e{power}" if power else "")
    return "0"
