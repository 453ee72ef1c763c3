"""When Tidegate syncs by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.compare.comparison import Comparison, ResourceDiff
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.operate.auto_sync import Decision, LastAttempt, decide
from shared.domain.operate.operation import Phase
from shared.domain.specs.sync_options import ANNOTATION, SyncOptions
from shared.domain.specs.sync_policy import Automated

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ALL = Automated(prune=True, self_heal=True)


def service(name: str, options: str = "") -> Manifest:
    annotations = {ANNOTATION: options}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "annotations": annotations}}


def drifted(name: str = "api") -> ResourceDiff:
    return ResourceDiff(
        ResourceKey("", "Service", "", name), service(name), service(name, "live"), modified=True
    )


def extra(options: str = "") -> ResourceDiff:
    return ResourceDiff(ResourceKey("", "Service", "", "old"), None, service("old", options))


def in_sync() -> ResourceDiff:
    return ResourceDiff(ResourceKey("", "Service", "", "web"), service("web"), service("web"))


def last(phase: Phase = Phase.SUCCEEDED, **more: Any) -> LastAttempt:
    known = {"revisions": ("abc",), "parameters": "p", "finished_at": NOON, **more}
    return LastAttempt(phase=phase, **known)


def decided(
    *diffs: ResourceDiff,
    automated: Automated | None = ALL,
    attempt: LastAttempt | None = None,
    after: float = 0,
    options: tuple[str, ...] = (),
) -> Decision:
    comparison = Comparison(("abc",), diffs or (drifted(),))
    now = NOON + timedelta(seconds=after)
    return decide(automated, comparison, "p", attempt, now, SyncOptions(options))


def test_the_first_look_at_something_out_of_sync_syncs() -> None:
    assert decided() == Decision(sync=True, reason="new revision or parameters")
    assert decided(automated=Automated()).sync


def test_what_is_not_automated_or_in_sync_is_left_alone() -> None:
    assert decided(automated=None) == Decision(reason="automated sync is off")
    assert decided(in_sync()) == Decision(reason="nothing to sync")


@pytest.mark.parametrize("change", [{"revisions": ("older",)}, {"parameters": "q"}, {"revisions": ()}])
@pytest.mark.parametrize("phase", [Phase.SUCCEEDED, Phase.FAILED, Phase.ERROR])
@pytest.mark.parametrize("automated", [Automated(), ALL])
def test_a_new_revision_or_other_parameters_are_tried_whatever_came_before(
    change: dict[str, Any], phase: Phase, automated: Automated
) -> None:
    found = decided(automated=automated, attempt=last(phase, heals=9, **change))
    assert (found.sync, found.heal) == (True, False)


@pytest.mark.parametrize("phase", [Phase.FAILED, Phase.ERROR])
def test_a_revision_that_failed_is_not_tried_again_however_long_ago(phase: Phase) -> None:
    attempt = last(phase, revisions=("abc",))
    assert decided(attempt=attempt, after=1e6) == Decision(
        reason="Failed last sync attempt to abc; waiting for a new revision"
    )


def test_the_refusal_names_every_revision_in_short() -> None:
    comparison = Comparison(("a" * 40, "b" * 40), (drifted(),))
    attempt = last(Phase.FAILED, revisions=comparison.revisions)
    assert "attempt to aaaaaaa,bbbbbbb;" in decide(ALL, comparison, "p", attempt, NOON).reason


def test_drift_is_put_back_only_with_self_heal() -> None:
    assert decided(automated=Automated(), attempt=last()) == Decision(reason="selfHeal is off")
    assert decided(attempt=last()) == Decision(sync=True, heal=True, reason="self-heal")


@pytest.mark.parametrize(
    ("heals", "wait"),
    [(0, 0), (1, 2), (2, 6), (3, 18), (4, 54), (5, 162), (6, 300), (7, 300), (10**6, 300)],
)
def test_heals_in_a_row_wait_longer_each_time(heals: int, wait: float) -> None:
    attempt = last(heals=heals)
    assert decided(attempt=attempt, after=wait).heal
    if wait:
        early = decided(attempt=attempt, after=wait - 0.5)
        assert early == Decision(wait=timedelta(seconds=0.5), reason="self-heal backs off")


def test_only_pruning_needs_automated_pruning() -> None:
    only_pruning = "only pruning is needed and automated pruning is off"
    assert decided(extra(), in_sync(), automated=Automated()) == Decision(reason=only_pruning)
    assert decided(extra(), drifted(), automated=Automated()).sync
    assert decided(extra(), in_sync()).sync


@pytest.mark.parametrize(
    ("own", "application", "sync"),
    [
        ("Prune=false", (), False),
        ("", ("Prune=false",), False),
        ("Prune=true", ("Prune=false",), True),
        ("Prune=confirm", (), True),
    ],
)
def test_what_must_not_be_pruned_is_no_reason_to_sync(
    own: str, application: tuple[str, ...], sync: bool
) -> None:
    assert decided(extra(own), in_sync(), options=application).sync is sync
    assert decided(extra(own), drifted(), options=application).sync
