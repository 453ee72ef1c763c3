"""Comparison → SyncPlan: what to apply and prune, in which order. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.compare.comparison import Comparison, ResourceDiff, SyncStatus
from shared.domain.manifests.kind_order import install_rank
from shared.domain.manifests.manifest import metadata_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.plan.waves import mirrored, wave_of
from shared.domain.specs.sync_options import SyncOptions

_NAMESPACE, _CRD = "Namespace", "CustomResourceDefinition"
_Need = tuple[str, ...]


class Action(StrEnum):
    """What a task does. A prune that the options forbid is reported, not left out.

    CHECK writes nothing: the object is in sync, and later waves wait for its health.
    """

    CREATE_NAMESPACE = "create-namespace"
    APPLY = "apply"
    PRUNE = "prune"
    SKIP_PRUNE = "skip-prune"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class SyncTask:
    """One object to write. `uid` is the live object's, so that a prune never meets a namesake.

    `confirm`: the options say Prune=confirm, so this prune needs a person.
    """

    action: Action
    key: ResourceKey
    wave: int
    hosted: bool = False
    uid: str = ""
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """The tasks of one sync, in the order of execution. No two have the same key."""

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

    Only what is OutOfSync is written, unless `write_all` (the first sync of an adopted application); what
    is in sync in an earlier wave is checked, unless ApplyOutOfSyncOnly.
    A Namespace or CustomResourceDefinition is pulled in front of the first object that needs it. Prunes run
    in mirrored waves, and inside a wave against the order of installing: what was created last is deleted
    first. With PruneLast they run after all. What is not pruned holds up no wave.
    The namespace that CreateNamespace makes is made first, unless the manifests hold it; it is never pruned.

    Source: Argo CD gitops-engine/pkg/sync/sync_tasks.go and sync_context.go (getSyncTasks,
    autoCreateNamespace, isPruningDisabled). Argo CD deletes all of a wave at once, in no order.
    """
    wanted = [diff for diff in comparison.resources if not request.only or diff.key in request.only]
    declared = [diff for diff in wanted if diff.desired is not None]
    extra = [diff for diff in wanted if diff.desired is None]
    written = _applies(declared, request)
    written += _prunes(extra, request, written)
    first = min((task.wave for task in written), default=0)
    pruned = {task.key for task in written}
    skipped = [
        SyncTask(Action.SKIP_PRUNE, diff.key, first, diff.hosted, _uid(diff))
        for diff in extra
        if diff.key not in pruned
    ]
    tasks = sorted([*written, *skipped, *_checks(declared, request, written)], key=_order)
    return SyncPlan(comparison.revisions, (*_namespace(comparison, request, written, first), *tasks))


def _applies(diffs: list[ResourceDiff], request: PlanRequest) -> list[SyncTask]:
    written = [diff for diff in diffs if request.write_all or diff.status is not SyncStatus.SYNCED]
    waves = {diff.key: wave_of(diff.desired or {}) for diff in written}
    needed: dict[_Need, int] = {}
    for key, wave in waves.items():
        for need in _needs(key):
            needed[need] = min(wave, needed.get(need, wave))
    return [
        SyncTask(Action.APPLY, diff.key, _pulled(diff, waves[diff.key], needed), diff.hosted, _uid(diff))
        for diff in written
    ]


def _needs(key: ResourceKey) -> Iterator[_Need]:
    """What has to be there before an object of this key can be."""
    if key.namespace:
        yield (_NAMESPACE, key.namespace)
    yield (_CRD, key.group, key.kind)


def _pulled(diff: ResourceDiff, wave: int, needed: Mapping[_Need, int]) -> int:
    """The wave of an object, or the first wave in which something needs it."""
    if diff.key.kind == _NAMESPACE and diff.key.group == "":
        return min(wave, needed.get((_NAMESPACE, diff.key.name), wave))
    if diff.key.kind == _CRD:
        return min(wave, needed.get((_CRD, *_defined(diff)), wave))
    return wave


def _defined(diff: ResourceDiff) -> tuple[str, str]:
    """Group and kind that a CustomResourceDefinition defines."""
    spec = (diff.desired or {}).get("spec")
    names = spec.get("names") if isinstance(spec, dict) else None
    kind = names.get("kind") if isinstance(names, dict) else None
    return (str(spec.get("group")), str(kind)) if isinstance(spec, dict) else ("", "")


def _is_kept(diff: ResourceDiff, request: PlanRequest) -> bool:
    """Whether an object that Git no longer has stays: the options say so, or CreateNamespace wants it."""
    own = SyncOptions.of_resource(diff.live or {})
    return own.over(request.options).prune == "false" or diff.key == _namespace_key(request)


def _prunes(extra: list[ResourceDiff], request: PlanRequest, applies: list[SyncTask]) -> list[SyncTask]:
    if not request.prune:
        return []
    waves = {diff.key: wave_of(diff.live or {}) for diff in extra}
    mirror = mirrored(waves.values())
    last = max([0, *mirror, *(task.wave for task in applies)]) + 1
    return [
        _prune(diff, request.options, mirror[waves[diff.key]], last)
        for diff in extra
        if not _is_kept(diff, request)
    ]


def _prune(diff: ResourceDiff, options: SyncOptions, wave: int, last: int) -> SyncTask:
    own = SyncOptions.of_resource(diff.live or {})
    at = last if own.prune_last or options.prune_last else wave
    confirm = own.over(options).prune == "confirm"
    return SyncTask(Action.PRUNE, diff.key, at, diff.hosted, _uid(diff), confirm)


def _checks(diffs: list[ResourceDiff], request: PlanRequest, written: Collection[SyncTask]) -> list[SyncTask]:
    """What is in sync already, and comes before something that is not.

    Source: Argo CD applies it again, to no effect, unless ApplyOutOfSyncOnly, and waits for its health.
    """
    if request.options.apply_out_of_sync_only:
        return []
    last = max((task.wave for task in written if task.action is Action.APPLY), default=None)
    busy = {task.key for task in written}
    return [
        SyncTask(Action.CHECK, diff.key, wave_of(diff.desired or {}), diff.hosted, _uid(diff))
        for diff in diffs
        if last is not None and diff.key not in busy and wave_of(diff.desired or {}) < last
    ]


def _namespace(
    comparison: Comparison, request: PlanRequest, written: list[SyncTask], first: int
) -> tuple[SyncTask, ...]:
    applies = any(task.action is Action.APPLY for task in written)
    key = _namespace_key(request)
    if key is None or not applies or any(diff.key == key for diff in comparison.resources):
        return ()
    return (SyncTask(Action.CREATE_NAMESPACE, key, first),)


def _namespace_key(request: PlanRequest) -> ResourceKey | None:
    name = request.namespace_to_create
    return ResourceKey("", _NAMESPACE, "", name) if name else None


def _uid(diff: ResourceDiff) -> str:
    return str(metadata_of(diff.live or {}).get("uid") or "")


def _order(task: SyncTask) -> tuple[object, ...]:
    """A kind called NetworkPolicy may be a custom one: Namespaces and CRDs come before whatever there is."""
    key, rank = task.key, install_rank(task.key.kind)
    applies = task.action in (Action.APPLY, Action.CHECK)
    provides = key.kind in (_NAMESPACE, _CRD)
    kind_order = (not provides, rank) if applies else (provides, -rank)
    return (task.wave, applies, *kind_order, key.kind, key.group, key.namespace, key.name)
