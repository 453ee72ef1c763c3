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
    than 10, or any Namespace, PersistentVolumeClaim, PersistentVolume or CustomResourceDefinition. What a
    pruned Application takes with it counts like a prune. `allow_empty` (syncPolicy.automated.allowEmpty)
    is an agreement to the first of these, given in Git.
    Source: our own rule (Argo CD has only allowEmpty and Prune=confirm); see docs/differences.md.
    """
    pruned = [task.key for task in plan.tasks if task.action is Action.PRUNE]
    if not pruned:
        return ()
    removed = [*pruned, *footprint.cascaded]
    total = max(len(footprint.live), footprint.reachable)
    reasons = []
    if len(pruned) >= len(footprint.live) and not allow_empty:
        reasons.append(f"all {len(footprint.live)} objects of the application would be removed")
    elif len(removed) > _FEW and len(removed) * 2 > total and not allow_empty:
        reasons.append(f"{len(removed)} of {total} objects would be removed")
    reasons += [f"{key} would be removed" for key in removed if key.kind in _PRECIOUS]
    return tuple(reasons)


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
