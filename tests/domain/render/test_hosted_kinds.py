"""Kinds that Tidegate takes itself."""

from __future__ import annotations

import pytest

from shared.domain.render.hosted_kinds import hosted_scope, is_hosted_kind

CASES = [
    ("argoproj.io", "Application", True, True),
    ("argoproj.io", "AppProject", True, True),
    ("external-secrets.io", "ExternalSecret", True, True),
    ("external-secrets.io", "ClusterSecretStore", True, False),
    ("argoproj.io", "Workflow", False, True),
    ("example.com", "Application", False, True),
]


@pytest.mark.parametrize(
    ("group", "kind", "hosted", "namespaced"), CASES, ids=[f"{c[0]} {c[1]}" for c in CASES]
)
def test_what_is_hosted_and_where_it_lives(group: str, kind: str, hosted: bool, namespaced: bool) -> None:
    assert is_hosted_kind(group, kind) is hosted
    assert hosted_scope(group, kind) is namespaced
