"""Pieces of table cells that many kinds share.

Source: pkg/printers/internalversion/printers.go and apimachinery's duration package of Kubernetes 1.34.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_Json = Mapping[str, Any]
NONE, UNKNOWN, UNSET = "<none>", "<unknown>", "<unset>"
_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 365 * 86400


@dataclass(frozen=True, slots=True)
class Row:
    """One object and the moment at which its ages are told."""

    body: _Json
    now: datetime

    @property
    def name(self) -> str:
        return str(self.body["metadata"]["name"])

    @property
    def spec(self) -> _Json:
        return self.body.get("spec") or {}

    @property
    def status(self) -> _Json:
        return self.body.get("status") or {}

    @property
    def age(self) -> str:
        """Since the object was created."""
        return self.since(self.body["metadata"].get("creationTimestamp"))

    def since(self, text: str | None) -> str:
        """Since a metav1.Time or MicroTime; `<unknown>` without one."""
        if not text:
            return UNKNOWN
        return human(int((self.now - moment(text)).total_seconds()))


def moment(text: str) -> datetime:
    """Read a metav1.Time or MicroTime."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def human(seconds: int) -> str:
    """`45s`, `3m10s`, `2h5m`, `3d4h`, `90d`, `2y10d`."""
    if seconds < -1:
        return "<invalid>"
    seconds = max(0, seconds)
    if seconds < 2 * _MINUTE:
        return f"{seconds}s"
    for below, unit, names in (
        (10 * _MINUTE, _MINUTE, "ms"),
        (3 * _HOUR, _MINUTE, "m"),
        (8 * _HOUR, _HOUR, "hm"),
        (2 * _DAY, _HOUR, "h"),
        (8 * _DAY, _DAY, "dh"),
        (2 * _YEAR, _DAY, "d"),
        (8 * _YEAR, _YEAR, "yd"),
    ):
        if seconds < below:
            return _parts(seconds, unit, names)
    return f"{seconds // _YEAR}y"


def _parts(seconds: int, unit: int, names: str) -> str:
    smaller = {"s": 1, "m": _MINUTE, "h": _HOUR, "d": _DAY}
    text = f"{seconds // unit}{names[0]}"
    if len(names) == 1:
        return text
    rest = seconds % unit // smaller[names[1]]
    return f"{text}{rest}{names[1]}" if rest else text


def labels_text(labels: Mapping[str, str] | None) -> str:
    """`a=b,c=d`, `<none>` for none."""
    return ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items())) or NONE


def selector_text(selector: _Json | None) -> str:
    """A metav1.LabelSelector as text."""
    found = selector or {}
    terms = [f"{key}={value}" for key, value in sorted((found.get("matchLabels") or {}).items())]
    for each in found.get("matchExpressions") or ():
        values = f" ({','.join(each.get('values') or ())})" if each.get("values") else ""
        words = {"In": f"{each['key']} in", "NotIn": f"{each['key']} notin", "Exists": each["key"]}
        terms.append(words.get(each["operator"], f"!{each['key']}") + values)
    return ",".join(terms) or NONE


def containers_of(template: _Json) -> tuple[str, str]:
    """Names and images of a pod template's containers."""
    containers = (template.get("spec") or {}).get("containers") or ()
    return (
        ",".join(str(c["name"]) for c in containers),
        ",".join(str(c.get("image", "")) for c in containers),
    )


def some(items: Sequence[str], joint: str = ",", most: int = 3) -> str:
    """The first few items and how many more there are."""
    if not items:
        return NONE
    text = joint.join(items[:most])
    return f"{text} + {len(items) - most} more..." if len(items) > most else text


def addresses(status: _Json) -> str:
    """The addresses of a load balancer, in order."""
    entries = (status.get("loadBalancer") or {}).get("ingress") or ()
    return ",".join(sorted({str(e.get("ip") or e.get("hostname")) for e in entries}))
