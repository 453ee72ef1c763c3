"""Comparison → SyncPlan: what to apply and prune, in which order. No I/O, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.domain.compare.comparison import Comparison, ResourceDiff, SyncStatus
from shared.domain.manifests.kind_order import install_rank
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.plan.waves import mirrored, wave_of
from shared.domain.specs.sync_options import SyncOptions


class Action(StrEnum):
    """What a task does. A prune that the options forbid is reported, not left out."""

    CREATE_NAMESPACE = "create-namespace"
    APPLY = "apply"
    PRUNE = "prune"
    SKIP_PRUNE = "skip-prune"


@dataclass(frozen=True, slots=True)
class SyncTask:
    """One object to write. `uid` is the live object's, so that a prune never meets a namesake."""

    action: Action
    key: ResourceKey
    wave: int
    hosted: bool = False
    uid: str = ""


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """The tasks of one sync, in the order of execution."""

    revisions: tuple[str, ...]
    tasks: tuple[SyncTask, ...]


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """How to plan: `only` restricts to these objects (a selective sync), empty means all."""

    prune: bool
    options: SyncOptions
    namespace_to_create: str = ""
    only: frozenset[ResourceKey] = frozenset()
    write_all: bool = False


def plan_sync(comparison: Comparison, request: PlanRequest) -> SyncPlan:
    """Order what has to change: by wave, then prunes before applies, then kind, then name.

    Only what is OutOfSync is written, unless `write_all` (the first sync of an adopted application).
    A Namespace or CustomResourceDefinition is pulled in front of the first object that needs it.
    Prunes run in mirrored waves: what was created last is deleted first. With PruneLast they run after all.
    Source: Argo CD gitops-engine/pkg/sync/sync_tasks.go and sync_context.go.
    """
    wanted = [diff for diff in comparison.resources if not request.only or diff.key in request.only]
    applies = [diff for diff in wanted if diff.desired is not None and _must_write(diff, request)]
    tasks = _applies(applies) + _prunes([diff for diff in wanted if diff.desired is None], request, applies)
    return SyncPlan(comparison.revisions, (*_namespace(request, applies), *sorted(tasks, key=_order)))


def _must_write(diff: ResourceDiff, request: PlanRequest) -> bool:
    return request.write_all or diff.status is not SyncStatus.SYNCED


def _namespace(request: PlanRequest, applies: list[ResourceDiff]) -> tuple[SyncTask, ...]:
    if not request.namespace_to_create or not applies:
        return ()
    wave = min(wave_of(diff.desired or {}) for diff in applies)
    key = ResourceKey("", "Namespace", "", request.namespace_to_create)
    return (SyncTask(Action.CREATE_NAMESPACE, key, wave),)


def _applies(diffs: list[ResourceDiff]) -> list[SyncTask]:
    waves = {diff.key: wave_of(diff.desired or {}) for diff in diffs}
    for diff in diffs:
        needed_by = [waves[other.key] for other in diffs if _provides(diff, other)]
        waves[diff.key] = min([waves[diff.key], *needed_by])
    return [SyncTask(Action.APPLY, diff.key, waves[diff.key], diff.hosted, _uid(diff)) for diff in diffs]


def _provides(diff: ResourceDiff, other: ResourceDiff) -> bool:
    """Whether `other` cannot exist before `diff`: it lives in that Namespace or is of that CRD's kind."""
    if diff.key.kind == "Namespace" and diff.key.group == "":
        return other.key.namespace == diff.key.name
    if diff.key.kind != "CustomResourceDefinition":
        return False
    spec = (diff.desired or {}).get("spec") or {}
    return (spec.get("group"), (spec.get("names") or {}).get("kind")) == (other.key.group, other.key.kind)


def _prunes(diffs: list[ResourceDiff], request: PlanRequest, applies: list[ResourceDiff]) -> list[SyncTask]:
    if not request.prune:
        return [SyncTask(Action.SKIP_PRUNE, diff.key, 0, diff.hosted) for diff in diffs]
    waves = {diff.key: wave_of(diff.live or {}) for diff in diffs}
    mirror = mirrored(waves.values())
    last = max([wave_of(diff.desired or {}) for diff in applies], default=0) + 1
    return [_prune(diff, request.options, mirror[waves[diff.key]], last) for diff in diffs]


def _prune(diff: ResourceDiff, options: SyncOptions, wave: int, last_wave: int) -> SyncTask:
    own = SyncOptions.of_resource(diff.live or {})
    forbidden = (own.prune or options.prune) == "false"
    at = last_wave if own.prune_last or options.prune_last else wave
    return SyncTask(Action.SKIP_PRUNE if forbidden else Action.PRUNE, diff.key, at, diff.hosted, _uid(diff))


def _uid(diff: ResourceDiff) -> str:
    return str(((diff.live or {}).get("metadata") or {}).get("uid") or "")


def _order(task: SyncTask) -> tuple[int, bool, int, str, str]:
    return (
        task.wave,
        task.action is Action.APPLY,
        install_rank(task.key.kind),
        task.key.namespace,
        task.key.name,
    )
