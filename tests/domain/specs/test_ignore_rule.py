"""Which differences are meant."""

from __future__ import annotations

import pytest

from shared.domain.specs.fields import Fields
from shared.domain.specs.ignore_rule import IgnoreRule
from shared.errors import InvalidSpecError


def parsed(**data: object) -> IgnoreRule:
    return IgnoreRule.parse(Fields("Application argocd/shop", "spec.ignoreDifferences[0]", data))


def test_a_kind_is_enough() -> None:
    assert parsed(kind="*") == IgnoreRule("", "*")


def test_a_rule_may_name_one_object() -> None:
    assert parsed(kind="Deployment", group="apps", name="api", namespace="shop") == IgnoreRule(
        "apps", "Deployment", "api", "shop"
    )


def test_a_rule_without_a_kind_is_refused() -> None:
    with pytest.raises(InvalidSpecError, match=r"spec.ignoreDifferences\[0\].kind is missing"):
        parsed(group="apps")
