"""What differs is found without asking the server: no miss, no false difference."""

from __future__ import annotations

import copy

import pytest

from shared.domain.compare.adoption import ADOPTED_MANAGERS
from shared.domain.compare.object_diff import comparable, suspect_paths
from shared.domain.manifests.manifest import Manifest
from tests.domain.compare.golden_cases import case, names

TRUTH_TABLE = [
    "clean",
    "co-owned-same-value",
    "label-added-by-another",
    "env-added-by-another",
    "null-in-desired",
    "replicas-edited",
    "env-item-deleted-by-another",
    "args-extended-by-another",
    "env-item-removed-from-git",
    "replicas-removed-from-git",
    "quantity-spelled-otherwise",
    "made-by-another-tool",
]
ENV_OF_WEB = "spec.template.spec.containers[name=web].env"


@pytest.mark.parametrize("name", TRUTH_TABLE)
def test_the_truth_table_is_the_servers_own(name: str) -> None:
    found = case(name)
    assert bool(suspect_paths(found.desired, found.live)) is found.server_changes


@pytest.mark.parametrize("name", names())
def test_every_recorded_case_is_a_suspect_or_not_as_the_file_says(name: str) -> None:
    found = case(name)
    assert bool(suspect_paths(found.desired, found.live)) is found.suspect


@pytest.mark.parametrize("name", [name for name in names() if case(name).modified])
def test_what_the_server_would_change_is_never_missed(name: str) -> None:
    assert suspect_paths(case(name).desired, case(name).live)


@pytest.mark.parametrize(
    "name", [name for name in names() if "made-by-another" in name or "observed" in name]
)
def test_adopting_what_another_tool_made_finds_only_what_git_has_dropped(name: str) -> None:
    found = case(name)
    suspects = suspect_paths(found.desired, found.live, managers=ADOPTED_MANAGERS)
    expected = (f"{ENV_OF_WEB}[name=LOG]",) if name == "observed-field-removed-from-git" else ()
    assert suspects == expected


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("replicas-edited", ("spec.replicas",)),
        ("env-item-deleted-by-another", (f"{ENV_OF_WEB}[name=LOG]",)),
        ("env-item-removed-from-git", (f"{ENV_OF_WEB}[name=LOG]",)),
        ("args-extended-by-another", ("spec.template.spec.containers[name=web].args",)),
        ("container-removed-from-git", ("spec.template.spec.containers[name=side]",)),
        ("env-reordered-in-git", (ENV_OF_WEB,)),
        ("service-port-removed-from-git", ("spec.ports[port=443,protocol=TCP]",)),
        ("node-selector-extended-by-another", ("spec.template.spec.nodeSelector",)),
        ("secret-changed-by-another", ("data.user",)),
        ("custom-resource-tag-removed-from-git", ('spec.tags["a"]',)),
    ],
)
def test_a_suspect_is_named_by_its_path(name: str, paths: tuple[str, ...]) -> None:
    assert suspect_paths(case(name).desired, case(name).live) == paths


def test_no_value_of_a_secret_is_in_a_path() -> None:
    found = case("secret-changed-by-another")
    assert "anna" not in str(suspect_paths(found.desired, found.live))


def test_an_ignored_field_is_no_suspect_whoever_changed_it() -> None:
    edited, dropped = case("replicas-edited"), case("replicas-removed-from-git")
    assert suspect_paths(edited.desired, edited.live, ignored=["/spec/replicas"]) == ()
    assert suspect_paths(dropped.desired, dropped.live, ignored=["/spec/replicas"]) == ()


def test_what_an_ignored_manager_owns_is_left_to_it() -> None:
    edited = case("replicas-edited")
    assert suspect_paths(edited.desired, edited.live, ignored_managers=["kubectl-edit"]) == ()
    assert suspect_paths(edited.desired, edited.live, ignored_managers=["somebody"]) == ("spec.replicas",)


def test_another_version_of_the_kind_can_only_be_compared_by_the_server() -> None:
    clean = case("clean")
    assert suspect_paths({**clean.desired, "apiVersion": "apps/v1beta2"}, clean.live) == ("apiVersion",)


def test_a_mark_that_somebody_took_off_a_managed_object_is_a_difference() -> None:
    clean = case("clean")
    live = copy.deepcopy(clean.live)
    live["metadata"]["annotations"] = {}
    assert suspect_paths(clean.desired, live) == ("metadata.annotations[argocd.argoproj.io/tracking-id]",)


def test_the_mark_of_another_application_is_a_difference_on_an_observed_object_too() -> None:
    observed = case("observed-without-tracking")
    live = copy.deepcopy(observed.live)
    live["metadata"]["annotations"] = {
        "argocd.argoproj.io/tracking-id": "other:apps/Deployment:shop/observed"
    }
    assert suspect_paths(observed.desired, live) == ("metadata.annotations[argocd.argoproj.io/tracking-id]",)


def test_nothing_that_is_compared_is_changed_by_comparing() -> None:
    found = case("secret-string-data")
    before = copy.deepcopy((found.desired, found.live))
    suspect_paths(found.desired, found.live, ignored=["/data/token"], managers=ADOPTED_MANAGERS)
    assert (found.desired, found.live) == before


def test_string_data_of_a_secret_is_folded_into_data_and_wins() -> None:
    secret: Manifest = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "login", "uid": "7"},
        "data": {"user": "Ym9i"},
        "stringData": {"user": "anna"},
        "status": {"x": 1},
    }
    assert comparable(secret) == {"metadata": {}, "data": {"user": "YW5uYQ=="}}
