"""The server's dry run has the last word."""

from __future__ import annotations

import copy

import pytest

from shared.domain.compare.dry_run_verdict import differs
from tests.domain.compare.golden_cases import Case, case, names


def verdict(found: Case, **rules: tuple[str, ...]) -> tuple[str, ...]:
    return differs(
        found.live,
        found.predicted,
        desired=found.desired,
        ignored=rules.get("ignored", ()),
        ignored_managers=rules.get("ignored_managers", ()),
    )


@pytest.mark.parametrize("name", names())
def test_every_recorded_dry_run_says_what_the_file_says(name: str) -> None:
    assert bool(verdict(case(name))) is case(name).modified


def test_an_ignored_field_is_no_difference() -> None:
    assert verdict(case("replicas-edited")) == ("spec.replicas",)
    assert verdict(case("replicas-edited"), ignored=("/spec/replicas",)) == ()
    assert verdict(case("replicas-edited"), ignored_managers=("kubectl-edit",)) == ()


def test_what_a_webhook_changes_on_its_way_is_not_ours_to_report() -> None:
    clean = case("clean")
    predicted = copy.deepcopy(clean.predicted)
    predicted["spec"]["template"]["metadata"]["annotations"] = {"webhook.example.org/seen-at": "12:00"}
    assert differs(clean.live, predicted, desired=clean.desired) == ()


def test_a_removal_of_our_field_is_ours_to_report() -> None:
    assert verdict(case("replicas-removed-from-git")) == ("spec.replicas",)


def test_without_managed_fields_every_change_counts() -> None:
    edited = case("image-changed-in-git")
    live, predicted = copy.deepcopy(edited.live), copy.deepcopy(edited.predicted)
    del live["metadata"]["managedFields"], predicted["metadata"]["managedFields"]
    assert differs(live, predicted, desired=edited.desired) == (
        "spec.template.spec.containers[name=web].image",
    )


def test_marks_that_an_observed_object_lacks_are_no_difference() -> None:
    observed = case("observed-without-tracking")
    assert observed.server_changes
    assert verdict(observed) == ()
