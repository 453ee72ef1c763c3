"""Numbers in the text format that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = tuple[tuple[str, str], ...]
_PARTS = ("_bucket", "_sum", "_count")


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: its kind (`counter`, `gauge`, `histogram`), its help, and (name, labels, value) of each."""

    name: str
    kind: str
    help: str
    samples: tuple[tuple[str, Labels, float], ...]


def gauge(name: str, help: str, values: Iterable[tuple[Mapping[str, str], float]]) -> Family:
    samples = tuple((name, tuple(labels.items()), value) for labels, value in values)
    return Family(name, "gauge", help, samples)


def family_of(sample: str, histograms: Iterable[str]) -> str:
    """The metric that a sample belongs to: a histogram has three names for its parts."""
    base = next((sample.removesuffix(part) for part in _PARTS if sample.endswith(part)), sample)
    return base if base in histograms else sample


def exposition(families: Iterable[Family]) -> str:
    """The text of GET /metrics; a metric without samples is left out.

    Source: prometheus.io, "Exposition formats", text-based format 0.0.4.
    """
    lines: list[str] = []
    for family in families:
        if family.samples:
            lines += [f"# HELP {family.name} {_escaped(family.help)}", f"# TYPE {family.name} {family.kind}"]
            lines += [_line(*sample) for sample in family.samples]
    return "".join(f"{line}\n" for line in lines)


def _line(name: str, labels: Labels, value: float) -> str:
    pairs = ",".join(f'{key}="{_quoted(text)}"' for key, text in labels)
    number = f"{value:.0f}" if value == int(value) else repr(float(value))
    return f"{name}{{{pairs}}} {number}" if pairs else f"{name} {number}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', '\\"')
