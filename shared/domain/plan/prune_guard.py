"""Which plans we refuse until a person confirms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.plan.sync_plan import Action, SyncPlan
from shared.errors import UnsafePlanError

_PRECIOUS = frozenset({"Namespace", "PersistentVolumeClaim", "PersistentVolume", "CustomResourceDefinition"})
_FEW = 10


@dataclass(frozen=True, slots=True)
class Footprint:
    """What the application has: its live objects, and the objects that a cascade of the plan removes.

    `reachable` counts the objects of the application and of its children: what a cascade is measured by.
    """

    live: Collection[ResourceKey]
    cascaded: Collection[ResourceKey] = ()
    reachable: int = 0


def dangers(plan: SyncPlan, footprint: Footprint, *, allow_empty: bool = False) -> tuple[str, ...]:
    """Say why the prunes of this plan need a confirmation; empty when they do not.

    Prunes need one when they would remove all of an application's objects, or more than half and more
    than 10, or any Namespace, PersistentVolumeClaim, PersistentVolume or CustomResourceDefinition, or what
    says Prune=confirm. What a pruned Application takes with it counts like a prune. `allow_empty`
    (syncPolicy.automated.allowEmpty) is an agreement, given in Git, to any number of prunes, but not to
    what they take with them.

    Source: our own rule, but Prune=confirm: gitops-engine/pkg/sync/sync_context.go
    (objRequiresPruneConfirmation); see docs/differences.md.
    """
    pruned = [task for task in plan.tasks if task.action is Action.PRUNE]
    if not pruned:
        return ()
    keys = [task.key for task in pruned]
    reasons = _too_many(keys, footprint, allow_empty=allow_empty)
    reasons += [f"{key} would be removed" for key in (*keys, *footprint.cascaded) if key.kind in _PRECIOUS]
    reasons += [
        f"{task.key} would be removed, and says Prune=confirm"
        for task in pruned
        if task.confirm and task.key.kind not in _PRECIOUS
    ]
    return tuple(reasons)


def is_much(removed: int, total: int) -> bool:
    """More than half of what there is, and more than ten."""
    return removed > _FEW and removed * 2 > total


def _too_many(pruned: list[ResourceKey], footprint: Footprint, *, allow_empty: bool) -> list[str]:
    live = len(footprint.live)
    if len(pruned) >= live and not allow_empty:
        return [f"all {live} objects of the application would be removed"]
    removed = len(footprint.cascaded) + (0 if allow_empty else len(pruned))
    total = max(live, footprint.reachable)
    if is_much(removed, total):
        return [f"{removed} of {total} objects would be removed"]
    return []


def require_confirmation(
    app: str, plan: SyncPlan, footprint: Footprint, *, confirmed: bool, allow_empty: bool = False
) -> None:
    """Raise UnsafePlanError, naming every reason, unless there is none or a person confirmed."""
    reasons = dangers(plan, footprint, allow_empty=allow_empty)
    if reasons and not confirmed:
        raise UnsafePlanError(
            f"Application {app}: the sync would prune too much: {'; '.join(reasons)}. "
            "Check the revision; to go on, set the annotation argocd.argoproj.io/deletion-approved "
            "to the present time (RFC 3339) or sync with confirmation"
        )
