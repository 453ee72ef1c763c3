"""The steps of a sync, done: one write each, each safe to run twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from shared.domain.compare.adoption import ADOPTED_MANAGERS
from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.resource_type import ResourceType
from shared.domain.manifests.tracking import tracked_by
from shared.domain.operate.operation import ResultStatus, TaskResult
from shared.domain.plan.manager_migration import migration
from shared.domain.plan.sync_plan import Action, SyncTask
from shared.domain.specs.application import Application
from shared.domain.specs.sync_options import SyncOptions
from shared.errors import ConflictError, TidegateError, UnavailableError
from shared.log import carried
from shared.ports.cluster_objects import FIELD_MANAGER, ClusterObjects, PatchKind, Propagation
from shared.services.compare_application import written
from shared.services.hosted_objects import HostedObjects
from shared.services.served_types import ServedTypes

_PARALLEL = 4
_TAKES = 5
_NAMESPACE = ResourceType("", "v1", "Namespace", "namespaces", namespaced=False)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the tasks of one application are done, and what they need to know."""

    app: Application
    objects: ClusterObjects
    types: ServedTypes
    desired: Mapping[ResourceKey, Manifest]
    live: dict[ResourceKey, Manifest]
    hosted: frozenset[ResourceKey]
    declares: Callable[[str], bool]


class ExecuteTasks:
    """`site.live` is updated with the server's answers, so that nothing has to be read again."""

    def __init__(self, hosted: HostedObjects) -> None:
        self._hosted = hosted

    def __call__(self, site: Site, batch: tuple[SyncTask, ...], *, dry_run: bool) -> list[TaskResult]:
        """Do the tasks of one batch at the same time and return their results.

        A task whose kind is not served yet though its CRD was just applied has no result: it stays pending.
        Raises UnavailableError when the cluster does not answer; what was done by then is done again later,
        to no effect.
        """

        def one(task: SyncTask) -> TaskResult | None:
            return self._do(site, task, dry_run)

        if len(batch) == 1:
            results = [one(batch[0])]
        else:
            with ThreadPoolExecutor(_PARALLEL) as pool:
                results = list(pool.map(carried(one), batch))
        return [result for result in results if result is not None]

    def _do(self, site: Site, task: SyncTask, dry_run: bool) -> TaskResult | None:
        try:
            return self._attempt(site, task, dry_run)
        except UnavailableError:
            raise
        except TidegateError as error:
            return TaskResult(task.key, ResultStatus.SYNC_FAILED, str(error))

    def _attempt(self, site: Site, task: SyncTask, dry_run: bool) -> TaskResult | None:
        if task.action is Action.SKIP_PRUNE:
            return TaskResult(task.key, ResultStatus.PRUNE_SKIPPED, _why_kept(site, task))
        if task.action is Action.PRUNE:
            return self._prune(site, task, dry_run)
        if task.action is Action.CREATE_NAMESPACE:
            return _create_namespace(site, task, dry_run)
        return self._apply(site, task, dry_run)

    def _apply(self, site: Site, task: SyncTask, dry_run: bool) -> TaskResult | None:
        manifest = site.desired[task.key]
        if task.hosted:
            message = "(dry run)" if dry_run else self._hosted.apply(site.app.ref, manifest)
            site.live.update(self._hosted.live(site.app.ref, [task.key]))
            return TaskResult(task.key, ResultStatus.SYNCED, message)
        served = site.types.of(manifest)
        if served is None:
            return _not_served(site, task, dry_run=dry_run)
        before = site.live.get(task.key)
        _refuse_shared(site, task.key, before)
        taken = () if dry_run else _take_over(site, served, task.key, before)
        after = site.objects.apply(served, written(site.app, task.key, manifest, before), dry_run=dry_run)
        if not dry_run:
            site.live[task.key] = after
        message = _said(served, task.key, before, after, dry_run)
        message += f"; took over the fields of {', '.join(taken)}" if taken else ""
        return TaskResult(task.key, ResultStatus.SYNCED, message)

    def _prune(self, site: Site, task: SyncTask, dry_run: bool) -> TaskResult:
        if dry_run:
            return TaskResult(task.key, ResultStatus.PRUNED, "pruned (dry run)")
        if task.hosted:
            return TaskResult(task.key, ResultStatus.PRUNED, self._hosted.prune(site.app.ref, task.key))
        served = site.types.find(task.key.group, task.key.kind)
        live = site.live.get(task.key)
        if served is None or live is None:
            return TaskResult(task.key, ResultStatus.PRUNED, "pruned (was gone)")
        _refuse_shared(site, task.key, live)
        policy = site.app.sync_policy.options.prune_propagation_policy
        propagation = Propagation(policy.capitalize())
        site.objects.delete(served, task.key.namespace, task.key.name, propagation=propagation, uid=task.uid)
        site.live.pop(task.key, None)
        return TaskResult(task.key, ResultStatus.PRUNED, "pruned")


def _take_over(site: Site, served: ResourceType, key: ResourceKey, live: Manifest | None) -> tuple[str, ...]:
    """Make the fields of kubectl, Helm and Argo CD ours before the first apply; say whose they were.

    Raises ConflictError when the object does not stand still.
    """
    for _ in range(_TAKES):
        found = migration(live, FIELD_MANAGER, ADOPTED_MANAGERS) if live is not None else None
        if found is None:
            return ()
        version = str(metadata_of(live or {}).get("resourceVersion") or "")
        try:
            site.objects.patch(served, key.namespace, key.name, found.patch(version), PatchKind.JSON)
        except ConflictError:  # its controller has just written the status
            live = site.objects.get(served, key.namespace, key.name)
            continue
        return found.taken
    raise ConflictError(f"{key}: changed {_TAKES} times while its fields were taken over. Sync again")


def _create_namespace(site: Site, task: SyncTask, dry_run: bool) -> TaskResult:
    named = f"namespace/{task.key.name}"
    if site.objects.get(_NAMESPACE, "", task.key.name) is not None:
        return TaskResult(task.key, ResultStatus.SYNCED, f"{named} unchanged")
    if not dry_run:
        extra = site.app.sync_policy.managed_namespace_metadata
        metadata: Manifest = {"name": task.key.name}
        if extra is not None:
            metadata |= {"labels": extra.labels, "annotations": extra.annotations}
        manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
        try:
            site.objects.create(_NAMESPACE, manifest)
        except ConflictError:  # somebody made it meanwhile, as well as we would have
            return TaskResult(task.key, ResultStatus.SYNCED, f"{named} unchanged")
    return TaskResult(task.key, ResultStatus.SYNCED, f"{named} created" + (" (dry run)" if dry_run else ""))


def _why_kept(site: Site, task: SyncTask) -> str:
    """Source: Argo CD gitops-engine/pkg/sync/sync_context.go (pruneObject)."""
    own = SyncOptions.of_resource(site.live.get(task.key) or {}).over(site.app.sync_policy.options)
    return "ignored (no prune)" if own.prune == "false" else "ignored (requires pruning)"


def _not_served(site: Site, task: SyncTask, *, dry_run: bool) -> TaskResult | None:
    for manifest in site.desired.values():
        spec = manifest.get("spec") or {}
        names = spec.get("names") if manifest.get("kind") == "CustomResourceDefinition" else None
        if names and (spec.get("group"), names.get("kind")) == (task.key.group, task.key.kind):
            if dry_run:  # the dry run of its CRD has served nothing: that it will is all that can be said
                return TaskResult(task.key, ResultStatus.SYNCED, "created (dry run)")
            site.types.refresh()
            return None
    problem = (
        f'the cluster serves no kind "{task.key.kind}" of group "{task.key.group}". Install its CRD first'
    )
    return TaskResult(task.key, ResultStatus.SYNC_FAILED, f"{task.key}: {problem}")


def _refuse_shared(site: Site, key: ResourceKey, live: Manifest | None) -> None:
    """Never write or delete what another application of ours declares. Source: design; Argo CD only warns."""
    owner = tracked_by(live) if live is not None else ""
    if owner and owner != site.app.instance_name and site.declares(owner):
        raise ConflictError(
            f"{key} is part of application {owner} and of {site.app.instance_name}. "
            f"Keep it in one of them, or delete application {owner} first"
        )


def _said(
    served: ResourceType, key: ResourceKey, before: Manifest | None, after: Manifest, dry_run: bool
) -> str:
    """kubectl's words: `deployment.apps/api configured`."""
    kind = f"{served.kind.lower()}.{served.group}" if served.group else served.kind.lower()
    version = "resourceVersion"
    if before is None:
        done = "created"
    elif metadata_of(before).get(version) == metadata_of(after).get(version):
        done = "unchanged"
    else:
        done = "configured"
    return f"{kind}/{key.name} {done}" + (" (dry run)" if dry_run else "")
