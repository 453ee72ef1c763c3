"""What an Application may ask for that Tidegate does not do yet, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.domain.specs.ignore_rule import IgnoreRule
from shared.domain.specs.source import Source

_RANGE = re.compile(r"\*|(?:^|[\s,|])(?:[~^]|[<>]=?|!?=)\s*v?\d|\s-\s|\|\|")


def unsupported_in_source(source: Source, field: str) -> Iterator[str]:
    """Yield a sentence for each thing in the source at `field` that cannot be rendered yet."""
    if source.chart:
        yield f"{field}.chart: charts from Helm and OCI repositories are not fetched yet"
    elif source.repo_url.startswith("oci://"):
        yield f"{field}.repoURL: OCI repositories are not read yet"
    elif is_version_range(source.target_revision):
        yield (
            f"{field}.targetRevision: version ranges over tags are not followed yet, "
            f"{source.target_revision!r} is one"
        )
    if source.plugin is not None:
        yield f"{field}.plugin: config management plugins are not run yet"
    if source.directory is not None and any(source.directory.jsonnet.values()):
        yield f"{field}.directory.jsonnet: Jsonnet options are not followed yet"
    if source.kustomize is not None and source.kustomize.get("version"):
        yield f"{field}.kustomize.version: named Kustomize versions do not exist here, there is one"


def unsupported_in_rule(rule: IgnoreRule, field: str) -> Iterator[str]:
    """Yield a sentence for each way of naming fields that is not followed yet."""
    if rule.jq_path_expressions:
        yield f"{field}.jqPathExpressions: jq expressions are not evaluated yet, jsonPointers are"
    if rule.managed_fields_managers:
        yield f"{field}.managedFieldsManagers: fields of other managers are not ignored yet, jsonPointers are"


def is_version_range(revision: str) -> bool:
    """Is this a semver range (`>=1.2`, `1.*`, `^2`, `1.0 - 2.0`) rather than a branch, tag or commit?

    `1.x` is a range in Argo CD when tags match it, and the name of a branch in many a repository: it counts
    as a name here.
    """
    return bool(_RANGE.search(revision))
