"""The options of a sync, exact texts as in Argo CD."""

from __future__ import annotations

import pytest

from shared.domain.specs.sync_options import SyncOptions

ON_WHEN_SAID = [
    ("create_namespace", "CreateNamespace=true"),
    ("apply_out_of_sync_only", "ApplyOutOfSyncOnly=true"),
    ("prune_last", "PruneLast=true"),
]


@pytest.mark.parametrize(("name", "entry"), ON_WHEN_SAID)
def test_these_are_off_until_they_are_said_exactly(name: str, entry: str) -> None:
    key = entry.partition("=")[0]
    assert getattr(SyncOptions((entry,)), name) is True
    for other in (
        (),
        (f"{key}=false",),
        (f"{key}=True",),
        (entry.lower(),),
        (f" {entry}",),
        ("Unknown=true",),
    ):
        assert getattr(SyncOptions(other), name) is False


@pytest.mark.parametrize(
    ("entry", "prune", "delete"),
    [
        ("Prune=false", "false", ""),
        ("Prune=confirm", "confirm", ""),
        ("Prune=true", "", ""),
        ("Prune=no", "", ""),
        ("Delete=false", "", "false"),
        ("Delete=confirm", "", "confirm"),
    ],
)
def test_pruning_and_deleting_may_be_forbidden_or_asked_about(entry: str, prune: str, delete: str) -> None:
    options = SyncOptions((entry,))
    assert (options.prune, options.delete) == (prune, delete)


@pytest.mark.parametrize(
    ("entry", "policy"),
    [
        ("PrunePropagationPolicy=background", "background"),
        ("PrunePropagationPolicy=orphan", "orphan"),
        ("PrunePropagationPolicy=foreground", "foreground"),
        ("PrunePropagationPolicy=other", "foreground"),
        ("", "foreground"),
    ],
)
def test_dependents_are_deleted_first_unless_told_otherwise(entry: str, policy: str) -> None:
    assert SyncOptions((entry,)).prune_propagation_policy == policy


def annotated(text: object) -> dict[str, object]:
    return {"metadata": {"annotations": {"argocd.argoproj.io/sync-options": text}}}


def test_an_object_says_its_own_options_in_one_annotation() -> None:
    options = SyncOptions.of_resource(annotated(" Prune=false, Replace=true,,Prune=false "))
    assert options.entries == ("Prune=false", "Replace=true")


@pytest.mark.parametrize(
    "manifest", [{}, annotated(""), annotated(None), {"metadata": {"annotations": None}}]
)
def test_an_object_without_the_annotation_has_no_options(manifest: dict[str, object]) -> None:
    assert SyncOptions.of_resource(manifest) == SyncOptions()


def test_the_objects_options_win_over_those_of_its_application() -> None:
    app = SyncOptions(("Prune=false", "Replace=true", "CreateNamespace=true"))
    both = SyncOptions(("Prune=confirm", "Replace=false")).over(app)
    assert both.entries == ("CreateNamespace=true", "Prune=confirm", "Replace=false")
    assert both.prune == "confirm"


def test_of_two_entries_with_one_key_the_first_is_its_value() -> None:
    assert SyncOptions(("Prune=false", "Prune=confirm")).value_of("Prune") == "false"
    assert SyncOptions().value_of("Prune") == ""
