"""Which prunes wait for a person."""

from __future__ import annotations

import pytest

from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.plan.prune_guard import Footprint, dangers, require_confirmation
from shared.domain.plan.sync_plan import Action, SyncPlan, SyncTask
from shared.errors import UnsafePlanError


def jobs(count: int, first: int = 0) -> list[ResourceKey]:
    return [ResourceKey("batch", "Job", "shop", f"j{number:03}") for number in range(first, first + count)]


def plan(pruned: list[ResourceKey], action: Action = Action.PRUNE, *, confirm: bool = False) -> SyncPlan:
    return SyncPlan(("abc",), tuple(SyncTask(action, key, 0, confirm=confirm) for key in pruned))


def said(
    pruned: int, of: int, *, cascaded: int = 0, reachable: int = 0, allow_empty: bool = False
) -> tuple[str, ...]:
    footprint = Footprint(jobs(of), jobs(cascaded, 500), reachable)
    return dangers(plan(jobs(pruned)), footprint, allow_empty=allow_empty)


@pytest.mark.parametrize(("pruned", "of"), [(0, 0), (0, 5), (1, 2), (10, 11), (10, 19), (11, 22), (50, 100)])
def test_a_few_or_at_most_half_go_without_a_word(pruned: int, of: int) -> None:
    assert said(pruned, of) == ()


@pytest.mark.parametrize(("pruned", "of"), [(11, 21), (51, 100), (11, 12)])
def test_more_than_ten_and_more_than_half_need_a_person(pruned: int, of: int) -> None:
    assert said(pruned, of) == (f"{pruned} of {of} objects would be removed",)


@pytest.mark.parametrize("count", [1, 2, 40])
def test_all_objects_need_a_person_however_few_they_are(count: int) -> None:
    assert said(count, count) == (f"all {count} objects of the application would be removed",)


@pytest.mark.parametrize(("pruned", "of"), [(1, 1), (40, 40), (51, 100)])
def test_allow_empty_is_an_agreement_to_any_number(pruned: int, of: int) -> None:
    assert said(pruned, of, allow_empty=True) == ()


def test_a_cascade_counts_like_a_prune() -> None:
    assert said(1, 4, cascaded=9, reachable=14) == ()
    assert said(1, 4, cascaded=10, reachable=14) == ("11 of 14 objects would be removed",)
    assert said(1, 4, cascaded=20, reachable=44) == ()


def test_allow_empty_is_no_agreement_to_a_cascade() -> None:
    assert said(4, 4, cascaded=30, reachable=34, allow_empty=True) == ("30 of 34 objects would be removed",)
    assert said(4, 4, cascaded=10, reachable=14, allow_empty=True) == ()


@pytest.mark.parametrize(
    "kind", ["Namespace", "PersistentVolumeClaim", "PersistentVolume", "CustomResourceDefinition"]
)
@pytest.mark.parametrize("allow_empty", [True, False])
def test_what_holds_data_needs_a_person_pruned_or_cascaded(kind: str, allow_empty: bool) -> None:
    precious = ResourceKey("", kind, "", "p")
    reason = (f"{kind} p would be removed",)
    assert dangers(plan([precious]), Footprint(jobs(5)), allow_empty=allow_empty) == reason
    cascade = Footprint(jobs(5), [precious])
    assert dangers(plan(jobs(1)), cascade, allow_empty=allow_empty) == reason


def test_what_says_confirm_needs_a_person() -> None:
    reason = "Job shop/j000 would be removed, and says Prune=confirm"
    assert dangers(plan(jobs(1), confirm=True), Footprint(jobs(5)), allow_empty=True) == (reason,)


@pytest.mark.parametrize("action", [Action.APPLY, Action.SKIP_PRUNE, Action.CHECK])
def test_a_plan_that_prunes_nothing_is_safe(action: Action) -> None:
    assert dangers(plan([ResourceKey("", "Namespace", "", "shop")], action), Footprint([])) == ()


def test_the_refusal_names_every_reason_and_the_way_out() -> None:
    claim = ResourceKey("", "PersistentVolumeClaim", "shop", "data")
    with pytest.raises(UnsafePlanError) as refusal:
        require_confirmation("argocd/shop", plan([claim]), Footprint([claim]), confirmed=False)
    message = str(refusal.value)
    assert message.startswith("Application argocd/shop: the sync would prune too much: all 1 objects of")
    assert "; PersistentVolumeClaim shop/data would be removed. " in message
    assert "argocd.argoproj.io/deletion-approved" in message


def test_a_person_who_confirmed_is_asked_no_more_and_a_safe_plan_asks_nobody() -> None:
    require_confirmation("argocd/shop", plan(jobs(3)), Footprint(jobs(3)), confirmed=True)
    require_confirmation("argocd/shop", plan(jobs(1)), Footprint(jobs(3)), confirmed=False)
