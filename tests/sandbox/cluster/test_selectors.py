"""Selectors as kubectl writes them."""

from __future__ import annotations

import pytest

from sandbox.cluster.api_error import ApiError
from sandbox.cluster.selectors import from_selector, parse_fields, parse_labels, selects

LABELS = {"app": "shop", "tier": "web", "size": "5", "empty": ""}


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("", True),
        ("app=shop", True),
        ("app==shop,tier=web", True),
        ("app=shop,tier=db", False),
        ("app!=shop", False),
        ("absent!=x", True),
        ("app in (shop, blog)", True),
        ("app notin (shop)", False),
        ("absent notin (shop)", True),
        ("app,!absent", True),
        ("!app", False),
        ("empty=", True),
        ("size>4", True),
        ("size<4", False),
        ("app.kubernetes.io/name=x", False),
    ],
)
def test_a_label_selector_chooses(text: str, chosen: bool) -> None:
    assert selects(parse_labels(text), LABELS) is chosen


@pytest.mark.parametrize("text", ["a in b", "a in (b", "app inn (b)"])
def test_a_label_selector_that_cannot_be_read_is_a_bad_request(text: str) -> None:
    with pytest.raises(ApiError, match="unable to parse requirement") as refused:
        parse_labels(text)
    assert refused.value.code == 400


def test_a_selector_of_a_workload_has_labels_and_expressions() -> None:
    expressions = [
        {"key": "tier", "operator": "In", "values": ["web"]},
        {"key": "x", "operator": "DoesNotExist"},
    ]
    selector = {"matchLabels": {"app": "shop"}, "matchExpressions": expressions}
    assert selects(from_selector(selector), LABELS)
    assert not selects(from_selector(selector), {**LABELS, "x": "1"})


def test_field_selectors_look_into_the_object() -> None:
    pod = {"metadata": {"name": "a"}, "spec": {"nodeName": "n"}, "status": {"phase": "Running"}}
    held = parse_fields("pods", "metadata.name=a,status.phase!=Failed,spec.nodeName==n")
    assert all(term.holds(pod) for term in held)
    assert not all(term.holds(pod) for term in parse_fields("pods", "status.phase=Pending"))


def test_a_field_that_the_kind_does_not_offer_is_refused_by_name() -> None:
    with pytest.raises(ApiError, match=r'"spec\.x" is not a known field selector'):
        parse_fields("configmaps", "spec.x=1")
