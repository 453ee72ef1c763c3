"""Whether Tidegate may sync by itself now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.compare.comparison import Comparison, ResourceDiff, SyncStatus
from shared.domain.operate.operation import Phase
from shared.domain.specs.sync_policy import Automated

_HEAL_FIRST_SECONDS = 2
_HEAL_FACTOR = 3
_HEAL_CEILING_SECONDS = 300


@dataclass(frozen=True, slots=True)
class LastAttempt:
    """The last sync of this application: what it was asked for and how it ended.

    `parameters` stands for everything but the revisions: it changes when the spec does. `heals` counts
    the self-heals in a row since then. Times are aware UTC.
    """

    revisions: tuple[str, ...]
    parameters: str
    phase: Phase
    finished_at: datetime
    heals: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """`sync` now, or `wait` that long, or neither, and why in words."""

    sync: bool = False
    heal: bool = False
    wait: timedelta | None = None
    reason: str = ""


def decide(
    automated: Automated | None,
    comparison: Comparison,
    parameters: str,
    last: LastAttempt | None,
    now: datetime,
) -> Decision:
    """Decide about an automated sync.

    A revision that failed is not tried again until the revision or the parameters change. A revision that
    succeeded is put back only with selfHeal, at once the first time, then after 2, 6, 18 … 300 s.
    Source: Argo CD controller/appcontroller.go (autoSync, selfHealRemainingBackoff).
    """
    if refusal := _nothing_to_do(automated, comparison):
        return Decision(reason=refusal)
    if last is None or last.revisions != comparison.revisions or last.parameters != parameters:
        return Decision(sync=True, reason="new revision or parameters")
    if last.phase is not Phase.SUCCEEDED:
        short = ",".join(revision[:7] for revision in last.revisions)
        return Decision(reason=f"Failed last sync attempt to {short}; waiting for a new revision")
    return _heal(last, now) if automated and automated.self_heal else Decision(reason="selfHeal is off")


def _nothing_to_do(automated: Automated | None, comparison: Comparison) -> str:
    if automated is None:
        return "automated sync is off"
    if comparison.status is not SyncStatus.OUT_OF_SYNC:
        return "nothing to sync"
    if not automated.prune and all(diff.desired is None for diff in _out_of_sync(comparison)):
        return "only pruning is needed and automated pruning is off"
    return ""


def _heal(last: LastAttempt, now: datetime) -> Decision:
    remaining = _heal_backoff(last.heals) - (now - last.finished_at)
    if remaining > timedelta(0):
        return Decision(wait=remaining, reason="self-heal backs off")
    return Decision(sync=True, heal=True, reason="self-heal")


def _out_of_sync(comparison: Comparison) -> list[ResourceDiff]:
    return [diff for diff in comparison.resources if diff.status is not SyncStatus.SYNCED]


def _heal_backoff(heals: int) -> timedelta:
    if heals == 0:
        return timedelta(0)
    seconds = _HEAL_FIRST_SECONDS * _HEAL_FACTOR ** min(heals - 1, 10)
    return timedelta(seconds=min(seconds, _HEAL_CEILING_SECONDS))
