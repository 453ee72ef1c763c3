"""Comparisons in one line for the tests of plans: `changed("Service/api", 1)`, `gone("Job/old", 5)`."""

from __future__ import annotations

from typing import Any

from shared.domain.compare.comparison import Comparison, ResourceDiff
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.plan.sync_plan import Action, PlanRequest, SyncTask, plan_sync
from shared.domain.plan.waves import WAVE
from shared.domain.specs.sync_options import ANNOTATION, SyncOptions

_CLUSTER_WIDE = frozenset({"Namespace", "CustomResourceDefinition", "ClusterRole", "PersistentVolume"})
_SHORT = {Action.CREATE_NAMESPACE: "namespace", Action.SKIP_PRUNE: "skip"}


def manifest(name: str, wave: object = 0, *, options: str = "", **more: Any) -> Manifest:
    """`[namespace/]Kind[.group]/name`; the namespace is shop unless the kind is cluster-wide."""
    *namespace, full_kind, name = name.split("/")
    kind, _, group = full_kind.partition(".")
    annotations = {WAVE: str(wave)} | ({ANNOTATION: options} if options else {})
    metadata: Manifest = {"name": name, "uid": f"uid-of-{name}", "annotations": annotations}
    if kind not in _CLUSTER_WIDE:
        metadata["namespace"] = namespace[0] if namespace else "shop"
    version = f"{group}/v1" if group else "v1"
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **more}


def key(name: str) -> ResourceKey:
    return ResourceKey.of(manifest(name))


def changed(name: str, wave: object = 0, **more: Any) -> ResourceDiff:
    found = manifest(name, wave, **more)
    return ResourceDiff(ResourceKey.of(found), found, found, modified=True)


def added(name: str, wave: object = 0, **more: Any) -> ResourceDiff:
    found = manifest(name, wave, **more)
    return ResourceDiff(ResourceKey.of(found), found, None)


def synced(name: str, wave: object = 0, **more: Any) -> ResourceDiff:
    found = manifest(name, wave, **more)
    return ResourceDiff(ResourceKey.of(found), found, found)


def gone(name: str, wave: object = 0, *, options: str = "", hosted: bool = False) -> ResourceDiff:
    """Live still, in Git no more."""
    found = manifest(name, wave, options=options)
    return ResourceDiff(ResourceKey.of(found), None, found, hosted=hosted)


def crd(kind: str, group: str, wave: object = 0) -> ResourceDiff:
    name = f"{kind.lower()}s.{group}"
    return changed(
        f"CustomResourceDefinition.apiextensions.k8s.io/{name}",
        wave,
        spec={"group": group, "names": {"kind": kind}},
    )


def tasks(*diffs: ResourceDiff, prune: bool = True, options: str = "", **request: Any) -> list[SyncTask]:
    """The tasks of the plan; `options` as in syncOptions, separated by commas."""
    asked = PlanRequest(prune, SyncOptions(tuple(options.split(","))), **request)
    return list(plan_sync(Comparison(("abc",), diffs), asked).tasks)


def planned(*diffs: ResourceDiff, **request: Any) -> list[str]:
    """`apply api`, `prune old`, `skip kept`, `check config`, `namespace shop`."""
    return [f"{_said(task.action)} {task.key.name}" for task in tasks(*diffs, **request)]


def waves(*diffs: ResourceDiff, **request: Any) -> dict[str, int]:
    return {task.key.name: task.wave for task in tasks(*diffs, **request)}


def _said(action: Action) -> str:
    return _SHORT.get(action, action.value)
