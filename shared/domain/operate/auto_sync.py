"""Whether Tidegate may sync by itself now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.compare.comparison import Comparison, ResourceDiff, SyncStatus
from shared.domain.operate.operation import Phase
from shared.domain.specs.sync_options import SyncOptions
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
    options: SyncOptions = SyncOptions(),
) -> Decision:
    """Decide about an automated sync. `options` are those of the Application.

    A revision that failed is not tried again until the revision or the parameters change. A revision that
    succeeded is put back only with selfHeal, at once the first time, then after 2, 6, 18 … 300 s.
    Where all that is left are objects that must not be pruned, there is nothing to do: Argo CD syncs them
    to no effect every 300 s for ever.
    Source: Argo CD controller/appcontroller.go (autoSync, selfHealRemainingBackoff).
    """
    if refusal := _nothing_to_do(automated, comparison, options):
        return Decision(reason=refusal)
    if last is None or last.revisions != comparison.revisions or last.parameters != parameters:
        return Decision(sync=True, reason="new revision or parameters")
    if last.phase is not Phase.SUCCEEDED:
        short = ",".join(revision[:7] for revision in last.revisions)
        return Decision(reason=f"Failed last sync attempt to {short}; waiting for a new revision")
    return _heal(last, now) if automated and automated.self_heal else Decision(reason="selfHeal is off")


def _nothing_to_do(automated: Automated | None, comparison: Comparison, options: SyncOptions) -> str:
    if automated is None:
        return "automated sync is off"
    if comparison.status is not SyncStatus.OUT_OF_SYNC:
        return "nothing to sync"
    changes = [diff for diff in comparison.resources if diff.status is not SyncStatus.SYNCED]
    if all(_stays(diff, options) for diff in changes):
        return "only pruning is needed and the objects say Prune=false"
    if not automated.prune and all(diff.desired is None for diff in changes):
        return "only pruning is needed and automated pruning is off"
    return ""


def _stays(diff: ResourceDiff, options: SyncOptions) -> bool:
    """Whether this object is in Git no more and is kept all the same."""
    if diff.desired is not None:
        return False
    return SyncOptions.of_resource(diff.live or {}).over(options).prune == "false"


def _heal(last: LastAttempt, now: datetime) -> Decision:
    remaining = _heal_backoff(last.heals) - (now - last.finished_at)
    if remaining > timedelta(0):
        return Decision(wait=remaining, reason="self-heal backs off")
    return Decision(sync=True, heal=True, reason="self-heal")


def _heal_backoff(heals: int) -> timedelta:
    if heals == 0:
        return timedelta(0)
    seconds = _HEAL_FIRST_SECONDS * _HEAL_FACTOR ** min(heals - 1, 10)
    return timedelta(seconds=min(seconds, _HEAL_CEILING_SECONDS))
