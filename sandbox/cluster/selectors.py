"""Label and field selectors.

Source: k8s.io/apimachinery/pkg/labels (parser, sentences) and pkg/fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.cluster.api_error import bad_request

LabelTest = Callable[[Mapping[str, str]], bool]
_TOKEN = re.compile(r"\s*(,|\(|\)|!=|==|=|!|>|<|[^\s,()!=<>]+)")
_OPERATORS = {"=", "==", "!=", "in", "notin", ">", "<"}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One term. `operator`: in, notin, exists, absent, >, <."""

    key: str
    operator: str
    values: frozenset[str] = frozenset()

    def holds(self, labels: Mapping[str, str]) -> bool:
        """A key that is absent satisfies `!=` and `notin`."""
        value = labels.get(self.key)
        if self.operator == "exists":
            return value is not None
        if self.operator == "absent":
            return value is None
        if self.operator == "notin":
            return value not in self.values
        if self.operator == "in":
            return value in self.values
        return value is not None and _compare(value, self.operator, next(iter(self.values)))


def parse_labels(text: str) -> tuple[Requirement, ...]:
    """Parse `a=b,c!=d,e in (f,g),h,!i`. Raises the server's 400."""
    tokens = _TOKEN.findall(text)
    found: list[Requirement] = []
    while tokens:
        found.append(_requirement(tokens))
        if tokens and tokens.pop(0) != ",":
            raise bad_request(
                "unable to parse requirement: found trailing text, expected: ',' or end of string"
            )
    return tuple(found)


def selects(requirements: tuple[Requirement, ...], labels: Mapping[str, str]) -> bool:
    """All terms hold."""
    return all(requirement.holds(labels) for requirement in requirements)


def from_selector(selector: Mapping[str, Any] | None) -> tuple[Requirement, ...]:
    """Read a metav1.LabelSelector (matchLabels and matchExpressions)."""
    selector = selector or {}
    terms = [Requirement(k, "in", frozenset({v})) for k, v in (selector.get("matchLabels") or {}).items()]
    words = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "absent"}
    for term in selector.get("matchExpressions") or ():
        values = frozenset(term.get("values") or ())
        terms.append(Requirement(term["key"], words[term["operator"]], values))
    return tuple(terms)


def as_text(selector: Mapping[str, Any] | None) -> str:
    """Write matchLabels as `a=b,c=d`, as the scale subresource shows it."""
    labels = (selector or {}).get("matchLabels") or {}
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items()))


@dataclass(frozen=True, slots=True)
class FieldTerm:
    path: str
    value: str
    equal: bool = True

    def holds(self, manifest: Mapping[str, Any]) -> bool:
        found: Any = manifest
        for part in self.path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        text = "" if found is None else str(found).lower() if isinstance(found, bool) else str(found)
        return (text == self.value) is self.equal


_METADATA = ("metadata.name", "metadata.namespace")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "pods": (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.serviceAccountName",
        "status.phase",
        "status.podIP",
    ),
    "events": (
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "type",
    ),
    "secrets": ("type",),
    "namespaces": ("status.phase",),
    "nodes": ("spec.unschedulable",),
    "replicasets.apps": ("status.replicas",),
    "jobs.batch": ("status.successful",),
    "services": ("spec.clusterIP", "spec.type"),
}


def parse_fields(resource: str, text: str) -> tuple[FieldTerm, ...]:
    """Parse `metadata.name=x,status.phase!=Running`; raises 400 for a field that the kind does not offer."""
    terms: list[FieldTerm] = []
    for part in filter(None, text.split(",")):
        match = re.fullmatch(r"([^=!]+)(==|!=|=)(.*)", part)
        if not match:
            raise bad_request(f"invalid selector: '{text}'; can't understand '{part}'")
        path, operator, value = match.groups()
        if path not in _METADATA + _FIELDS.get(resource, ()):
            known = ", ".join(f'"{field}"' for field in _METADATA)
            raise bad_request(f'"{path}" is not a known field selector: only {known}')
        terms.append(FieldTerm(path, value, operator != "!="))
    return tuple(terms)


def _requirement(tokens: list[str]) -> Requirement:
    key = tokens.pop(0)
    if key == "!":
        return Requirement(tokens.pop(0), "absent")
    if not tokens or tokens[0] == ",":
        return Requirement(key, "exists")
    operator = tokens.pop(0)
    if operator not in _OPERATORS:
        expected = "in, notin, =, ==, !=, gt, lt"
        raise bad_request(f"unable to parse requirement: found '{operator}', expected: {expected}")
    if operator in ("in", "notin"):
        return Requirement(key, operator, _values(tokens))
    value = tokens.pop(0) if tokens and tokens[0] != "," else ""
    if operator in (">", "<"):
        return Requirement(key, operator, frozenset({value}))
    return Requirement(key, "notin" if operator == "!=" else "in", frozenset({value}))


def _values(tokens: list[str]) -> frozenset[str]:
    if not tokens or tokens.pop(0) != "(":
        raise bad_request("unable to parse requirement: found ',', expected: '('")
    values: list[str] = []
    while tokens and tokens[0] != ")":
        value = tokens.pop(0)
        if value != ",":
            values.append(value)
    if not tokens:
        raise bad_request("unable to parse requirement: found '', expected: ',', or ')'")
    tokens.pop(0)
    return frozenset(values or [""])


def _compare(value: str, operator: str, limit: str) -> bool:
    try:
        return int(value) > int(limit) if operator == ">" else int(value) < int(limit)
    except ValueError:
        return False
