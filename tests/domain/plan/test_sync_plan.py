"""The order of a sync is decided before anything is written."""

from __future__ import annotations

import pytest

from shared.domain.compare.comparison import ResourceDiff
from shared.domain.manifests.manifest import Manifest
from shared.domain.plan.sync_plan import Action
from tests.domain.plan.compared import added, changed, crd, gone, key, planned, synced, tasks, waves


def test_waves_come_before_kinds_and_kinds_before_names() -> None:
    assert planned(changed("Ingress/a", -1), changed("Namespace/m", 0), changed("Secret/b", 0)) == [
        "apply a",
        "apply m",
        "apply b",
    ]
    assert planned(changed("Secret/b"), changed("Secret/a")) == ["apply a", "apply b"]


def test_inside_a_wave_kinds_follow_the_install_order() -> None:
    assert planned(changed("Service/api"), changed("Namespace/shop")) == ["apply shop", "apply api"]


def test_kinds_without_a_rank_come_last_and_stay_together() -> None:
    diffs = [changed("Widget.x.io/a"), changed("Gadget.x.io/b"), changed("Widget.x.io/c"), changed("Job/z")]
    assert planned(*diffs) == ["apply z", "apply b", "apply a", "apply c"]


def test_only_what_is_out_of_sync_is_written() -> None:
    assert planned(synced("Service/api"), added("Secret/key")) == ["apply key"]
    assert planned(synced("Service/api")) == []


def test_the_first_sync_of_an_adopted_application_writes_all() -> None:
    assert planned(synced("Service/api"), added("Secret/key"), write_all=True) == ["apply key", "apply api"]


def test_a_selective_sync_leaves_everything_else_alone() -> None:
    chosen = frozenset({key("Service/api"), key("Job/old")})
    diffs = [changed("Service/api"), changed("Service/web"), gone("Job/old"), gone("Job/older")]
    assert planned(*diffs, only=chosen) == ["prune old", "apply api"]


def test_a_write_knows_the_live_object_it_means() -> None:
    apply, prune = tasks(changed("Service/api", 5), gone("Job/old", -5))[::-1]
    assert (apply.uid, prune.uid) == ("uid-of-api", "uid-of-old")
    assert tasks(added("Service/api"))[0].uid == ""


# What others need


def test_a_namespace_comes_before_the_first_object_in_it() -> None:
    diffs = [changed("Namespace/shop", 3), changed("Service/api", -1), changed("Secret/key", 2)]
    assert waves(*diffs) == {"shop": -1, "api": -1, "key": 2}
    assert planned(*diffs) == ["apply shop", "apply api", "apply key"]


def test_a_namespace_that_nobody_needs_earlier_keeps_its_wave() -> None:
    assert waves(changed("Namespace/shop", 3), changed("blog/Service/api", -1))["shop"] == 3
    assert waves(changed("Namespace/shop", -3), changed("Service/api", 1))["shop"] == -3


def test_a_custom_kind_called_namespace_is_no_namespace() -> None:
    diffs = [changed("Namespace.x.io/shop", 3), changed("Service/api", -1)]
    assert waves(*diffs)["shop"] == 3


def test_a_definition_comes_before_the_first_object_of_its_kind() -> None:
    diffs = [crd("Widget", "x.io", 4), changed("Widget.x.io/a", 1), changed("Widget.y.io/b", -1)]
    assert waves(*diffs) == {"widgets.x.io": 1, "a": 1, "b": -1}


def test_a_definition_comes_before_its_kind_even_if_a_kind_of_that_name_is_installed_early() -> None:
    policy = changed("NetworkPolicy.crd.projectcalico.org/deny")
    assert planned(policy, crd("NetworkPolicy", "crd.projectcalico.org"))[-1] == "apply deny"


@pytest.mark.parametrize("spec", [None, "text", {}, {"group": "x.io"}, {"group": "x.io", "names": None}])
def test_a_definition_that_defines_nothing_keeps_its_wave(spec: object) -> None:
    broken = changed("CustomResourceDefinition.apiextensions.k8s.io/broken", 2, spec=spec)
    assert waves(broken, changed("Widget.x.io/a", 1))["broken"] == 2


def test_many_objects_are_ordered_in_no_time() -> None:
    diffs = [changed(f"Secret/s{number}", number % 7) for number in range(5000)]
    assert len(planned(*diffs, changed("Namespace/shop", 9))) == 5001


# CreateNamespace


def created(*diffs: ResourceDiff, prune: bool = True) -> list[str]:
    return planned(*diffs, prune=prune, namespace_to_create="shop")


def test_the_namespace_is_made_before_anything_else() -> None:
    diffs = [changed("Service/api", 1), gone("Job/old", -1)]
    assert created(*diffs) == ["namespace shop", "prune old", "apply api"]
    assert [task.wave for task in tasks(*diffs, namespace_to_create="shop")] == [-1, -1, 1]


def test_nothing_to_apply_needs_no_namespace() -> None:
    assert created(gone("Job/old")) == ["prune old"]
    assert created(synced("Service/api")) == []


def test_a_namespace_that_the_manifests_hold_is_applied_once_with_its_labels() -> None:
    assert created(changed("Service/api"), changed("Namespace/shop")) == ["apply shop", "apply api"]
    assert created(changed("Service/api"), synced("Namespace/shop")) == ["apply api"]


def test_a_namespace_that_only_leaves_the_manifests_is_not_pruned() -> None:
    assert created(changed("Service/api"), gone("Namespace/shop")) == ["skip shop", "apply api"]
    assert created(gone("Namespace/shop"), gone("Namespace/blog")) == ["prune blog", "skip shop"]


def test_no_two_tasks_have_the_same_key() -> None:
    diffs = [changed("Service/api", 1), changed("Namespace/shop", 2), synced("Secret/key"), gone("Job/old")]
    keys = [task.key for task in tasks(*diffs, namespace_to_create="shop")]
    assert len(set(keys)) == len(keys) == 4


# Prunes


def test_what_was_created_last_is_pruned_first() -> None:
    assert planned(gone("Job/base", 0), gone("Job/top", 5)) == ["prune top", "prune base"]


def test_prune_waves_swap_places_among_themselves() -> None:
    diffs = [gone("Job/a", 0), gone("Job/b", 3), gone("Job/c", 7), changed("Job/other", 100)]
    assert waves(*diffs) == {"a": 7, "b": 3, "c": 0, "other": 100}


def test_inside_a_wave_prunes_come_first_and_run_against_the_install_order() -> None:
    diffs = [
        gone("Namespace/old"),
        gone("CustomResourceDefinition.apiextensions.k8s.io/widgets.x.io"),
        gone("Widget.x.io/w"),
        gone("Service/s"),
        changed("Namespace/shop"),
    ]
    assert planned(*diffs) == ["prune w", "prune s", "prune widgets.x.io", "prune old", "apply shop"]


def test_without_prune_it_is_reported_and_holds_up_no_wave() -> None:
    diffs = [gone("Job/old", 9), changed("Job/new", 3)]
    assert planned(*diffs, prune=False) == ["skip old", "apply new"]
    assert waves(*diffs, prune=False) == {"old": 3, "new": 3}
    assert planned(gone("Job/old", 9), prune=False) == ["skip old"]


@pytest.mark.parametrize(
    ("own", "application", "action"),
    [
        ("", "", "prune old"),
        ("Prune=false", "", "skip old"),
        ("", "Prune=false", "skip old"),
        ("Prune=true", "Prune=false", "prune old"),
        ("Prune=false", "Prune=confirm", "skip old"),
        ("Validate=false, Prune=false", "", "skip old"),
        ("Prune=False", "", "prune old"),
    ],
)
def test_the_option_of_the_object_beats_that_of_its_application(
    own: str, application: str, action: str
) -> None:
    assert planned(gone("Job/old", options=own), options=application) == [action]


@pytest.mark.parametrize(
    ("own", "application", "confirm"),
    [
        ("Prune=confirm", "", True),
        ("", "Prune=confirm", True),
        ("Prune=true", "Prune=confirm", False),
        ("", "", False),
    ],
)
def test_a_prune_that_asks_for_a_person_says_so(own: str, application: str, confirm: bool) -> None:
    (task,) = tasks(gone("Job/old", options=own), options=application)
    assert (task.action, task.confirm) == (Action.PRUNE, confirm)


def test_what_is_pruned_last_is_pruned_after_all_even_after_other_prunes() -> None:
    diffs = [gone("Job/last", -2, options="PruneLast=true"), gone("Job/old", 8), changed("Job/new", 3)]
    assert waves(*diffs) == {"last": 9, "old": -2, "new": 3}
    assert waves(*diffs, options="PruneLast=true") == {"last": 9, "old": 9, "new": 3}


def test_prune_last_without_a_positive_wave_is_wave_one() -> None:
    assert waves(changed("Job/new", -5), gone("Job/old", -7), options="PruneLast=true")["old"] == 1


def test_hosted_objects_are_marked_in_every_task() -> None:
    diff = gone("Application.argoproj.io/child", hosted=True)
    assert [task.hosted for task in tasks(diff)] == [True]
    assert [task.hosted for task in tasks(diff, prune=False)] == [True]


# Checks


def test_what_is_in_sync_is_checked_where_a_later_wave_has_work() -> None:
    diffs = [synced("Secret/config", -1), synced("Job/beside", 1), changed("Job/new", 1)]
    assert planned(*diffs) == ["check config", "apply new"]


def test_nothing_is_checked_with_apply_out_of_sync_only_or_for_a_prune() -> None:
    diffs = [synced("Secret/config", -1), changed("Job/new", 1)]
    assert planned(*diffs, options="ApplyOutOfSyncOnly=true") == ["apply new"]
    assert planned(synced("Secret/config", -1), gone("Job/old", 1)) == ["prune old"]


def test_a_selective_sync_checks_only_what_was_chosen() -> None:
    diffs = [synced("Secret/config", -1), changed("Job/new", 1)]
    assert planned(*diffs, only=frozenset({key("Job/new")})) == ["apply new"]


def test_objects_without_annotations_are_in_wave_zero() -> None:
    bare: Manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "bare", "annotations": None}}
    assert waves(ResourceDiff(key("Secret/bare"), bare, None))["bare"] == 0
