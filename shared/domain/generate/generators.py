"""Generators: sets of parameters, one a future Application."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.domain.generate.placeholders import filled
from shared.domain.specs.fields import Fields

Parameters = dict[str, str]
_NOT_A_NAME = re.compile(r"[^-a-z0-9.]+")
_LONGEST_NAME = 63


@dataclass(frozen=True, slots=True)
class KnownCluster:
    """A cluster that a clusters generator may pick, by its labels."""

    name: str
    server: str
    labels: Mapping[str, str] = field(default_factory=dict)


def parameters_of(generator: Fields, clusters: Iterable[KnownCluster]) -> list[Parameters]:
    """The parameter sets of one generator, in its order.

    Raises InvalidSpecError for a generator that is not built yet: then nothing of the set is changed.
    Source: Argo CD applicationset/generators (list.go, cluster.go).
    """
    names = sorted(name for name in generator.data if name not in ("template", "selector"))
    if generator.any_object("template") or generator.any_object("selector"):
        raise generator.error("", "has its own template or selector, which is not built yet")
    if names == ["list"]:
        return _listed(generator.child("list"))
    if names == ["clusters"]:
        return _clusters(generator.child("clusters"), clusters)
    known = " and ".join(names) or "nothing"
    raise generator.error("", f"asks for {known}", "Only list and clusters generators are built yet")


def _listed(generator: Fields) -> list[Parameters]:
    if generator.has("elementsYaml"):
        raise generator.error("elementsYaml", "is not built yet", "Write elements")
    return [_flat(element) for element in generator.children("elements")]


def _flat(element: Fields) -> Parameters:
    """Keys are texts; those of `values` become `values.NAME`."""
    parameters: Parameters = {}
    for name in element.data:
        if name == "values":
            parameters |= {f"values.{key}": text for key, text in element.text_map("values").items()}
        else:
            parameters[name] = element.text(name)
    return parameters


def _clusters(generator: Fields, clusters: Iterable[KnownCluster]) -> list[Parameters]:
    selector = generator.child("selector")
    if selector.has("matchExpressions"):
        raise selector.error("matchExpressions", "is not built yet", "Use matchLabels")
    wanted = selector.text_map("matchLabels")
    extra = generator.text_map("values")
    found = [each for each in clusters if all(each.labels.get(k) == v for k, v in wanted.items())]
    return [_of_cluster(each, extra) for each in sorted(found, key=lambda each: each.name)]


def _of_cluster(cluster: KnownCluster, values: Mapping[str, str]) -> Parameters:
    parameters = {
        "name": cluster.name,
        "nameNormalized": normalised(cluster.name),
        "server": cluster.server,
        **{f"metadata.labels.{name}": value for name, value in cluster.labels.items()},
    }
    own: dict[str, Any] = filled(dict(values), parameters)
    return parameters | {f"values.{name}": value for name, value in own.items()}


def normalised(name: str) -> str:
    """A valid DNS name. Source: Argo CD applicationset/utils (SanitizeName)."""
    return _NOT_A_NAME.sub("-", name.lower())[:_LONGEST_NAME].strip("-.")
