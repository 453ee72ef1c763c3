"""A cluster in memory: a dict of objects behind the cluster ports, with a record of every call."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

import jsonpatch

from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.resource_type import ResourceType
from shared.errors import ConflictError, NotFoundError, TidegateError
from shared.ports.cluster_connector import Cluster
from shared.ports.cluster_objects import FIELD_MANAGER, ListedObject, ObjectPage, PatchKind, Propagation
from shared.ports.cluster_watch import Change, ChangeKind
from shared.ports.pod_logs import FollowedLog, LogLine, LogQuery

NAMESPACE = ResourceType("", "v1", "Namespace", "namespaces", namespaced=False)
CONFIG_MAP = ResourceType("", "v1", "ConfigMap", "configmaps", namespaced=True)
SECRET = ResourceType("", "v1", "Secret", "secrets", namespaced=True)
POD = ResourceType("", "v1", "Pod", "pods", namespaced=True)
SERVICE = ResourceType("", "v1", "Service", "services", namespaced=True)
DEPLOYMENT = ResourceType("apps", "v1", "Deployment", "deployments", namespaced=True)
REPLICA_SET = ResourceType("apps", "v1", "ReplicaSet", "replicasets", namespaced=True)
DEFINITION = ResourceType(
    "apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", namespaced=False
)
TYPES = (NAMESPACE, CONFIG_MAP, SECRET, POD, SERVICE, DEPLOYMENT, REPLICA_SET, DEFINITION)


class MemoryCluster:
    """ClusterObjects, ClusterDiscovery, ClusterWatch and PodLogs over one dict.

    `calls` are sentences like `apply ConfigMap shop/greeting`. While `failure` is set, every call raises it;
    `refusals` raise only for the calls that they name. Deletion is at once, unless `finalizing` holds on.
    `meanwhile` and `before_dry_run` are called while an apply or a dry run is under way.
    """

    def __init__(self, types: Sequence[ResourceType] = TYPES) -> None:
        self.objects: dict[ResourceKey, Manifest] = {}
        self.served = list(types)
        self.calls: list[str] = []
        self.failure: TidegateError | None = None
        self.refusals: dict[str, Exception] = {}
        self.finalizing = False
        self.meanwhile: Callable[[], None] = lambda: None
        self.before_dry_run: Callable[[], None] = lambda: None
        self.changes: list[Change] = []
        self.logs: dict[str, list[LogLine]] = {}
        self.version_text = "v1.34.4"
        self._versions = count(1)
        self.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system"}})

    def port(self) -> Cluster:
        return Cluster("https://memory.invalid", self, self, self, self)

    def add(self, manifest: Manifest) -> Manifest:
        """Put an object there as somebody else would."""
        return self._store(copy.deepcopy(manifest))

    def change(self, kind: str, namespace: str, name: str, **fields: Any) -> None:
        """Change top-level fields of an object by hand."""
        key = next(k for k in self.objects if (k.kind, k.namespace, k.name) == (kind, namespace, name))
        self._store({**self.objects[key], **fields})

    def named(self, kind: str) -> list[str]:
        """`namespace/name` of the objects of a kind, in order."""
        return sorted(f"{key.namespace}/{key.name}" for key in self.objects if key.kind == kind)

    def writes(self) -> list[str]:
        """The calls that change something, in order, without dry runs."""
        reading = ("get ", "list ", "discover", "version", "watch ", "dry-run ")
        return [call for call in self.calls if not call.startswith(reading)]

    # ClusterObjects

    def get(self, type: ResourceType, namespace: str, name: str) -> Manifest | None:
        key = self._called("get", type, namespace, name)
        return copy.deepcopy(self.objects.get(key))

    def list_pages(
        self,
        type: ResourceType,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        page_size: int = 500,
    ) -> Iterator[ObjectPage]:
        self._called("list", type, namespace, label_selector)
        wanted = dict(part.split("=", 1) for part in label_selector.split(",") if part)
        fields = dict(part.split("=", 1) for part in field_selector.split(",") if part)
        items = tuple(
            _listed(type, key, found)
            for key, found in sorted(self.objects.items())
            if (key.group, key.kind) == (type.group, type.kind)
            and namespace in ("", key.namespace)
            and wanted.items() <= (metadata_of(found).get("labels") or {}).items()
            and all(_field(found, path) == value for path, value in fields.items())
        )
        yield ObjectPage(items, str(next(self._versions)))

    def apply(
        self,
        type: ResourceType,
        manifest: Manifest,
        *,
        dry_run: bool = False,
        force: bool = True,
        manager: str = FIELD_MANAGER,
    ) -> Manifest:
        metadata = metadata_of(manifest)
        verb = "dry-run" if dry_run else "apply"
        key = self._called(verb, type, metadata.get("namespace", ""), metadata["name"])
        (self.before_dry_run if dry_run else self.meanwhile)()
        before = self.objects.get(key)
        others = [] if before is None else _entries_of_others(before, manager)
        kept = _without_owned(before, manager) if before else {}
        merged: Manifest = _merged(kept, copy.deepcopy(manifest))
        merged["metadata"]["managedFields"] = [
            *others,
            {
                "manager": manager,
                "operation": "Apply",
                "apiVersion": manifest["apiVersion"],
                "fieldsType": "FieldsV1",
                "fieldsV1": _owned(manifest),
            },
        ]
        if dry_run:
            return merged
        if before is not None and _content(before) == _content(merged):
            return copy.deepcopy(before)
        return copy.deepcopy(self._store(merged))

    def create(self, type: ResourceType, manifest: Manifest) -> Manifest:
        metadata = metadata_of(manifest)
        key = self._called("create", type, metadata.get("namespace", ""), metadata["name"])
        if key in self.objects:
            raise ConflictError(f"{key} exists already")
        return copy.deepcopy(self._store(copy.deepcopy(manifest)))

    def patch(
        self, type: ResourceType, namespace: str, name: str, patch: Any, kind: PatchKind = PatchKind.MERGE
    ) -> Manifest:
        key = self._called("patch", type, namespace, name)
        if kind is PatchKind.JSON:
            patched = jsonpatch.apply_patch(self.objects[key], patch)
            if metadata_of(patched)["resourceVersion"] != metadata_of(self.objects[key])["resourceVersion"]:
                raise ConflictError(f"patch {key}: the object has been modified")
            return copy.deepcopy(self._store(patched))
        return copy.deepcopy(self._store(_merged(self.objects[key], patch)))

    def delete(
        self,
        type: ResourceType,
        namespace: str,
        name: str,
        *,
        propagation: Propagation = Propagation.FOREGROUND,
        uid: str = "",
    ) -> bool:
        key = self._called(f"delete {propagation.value}", type, namespace, name)
        found = self.objects.get(key)
        if found is None:
            return False
        if uid and metadata_of(found)["uid"] != uid:
            raise ConflictError(f"{key} is another object now")
        if self.finalizing:
            found["metadata"]["deletionTimestamp"] = "2026-01-01T12:00:00Z"
        else:
            del self.objects[key]
        return True

    # ClusterDiscovery

    def types(self, *, fresh: bool = False) -> tuple[ResourceType, ...]:
        if fresh:
            self.calls.append("discover afresh")
        if self.failure is not None:
            raise self.failure
        return tuple(self.served)

    def version(self) -> str:
        self.calls.append("version")
        if self.failure is not None:
            raise self.failure
        return self.version_text

    # PodLogs

    def read(self, namespace: str, pod: str, query: LogQuery = LogQuery()) -> Iterator[LogLine]:
        """What a test has put into `logs` under `namespace/pod`; `container` and `previous` are recorded."""
        self._called(
            "log of", POD, namespace, f"{pod} {query.container}{' previous' * query.previous}".strip()
        )
        if f"{namespace}/{pod}" not in self.logs:
            raise NotFoundError(f'log of Pod {namespace}/{pod}: pods "{pod}" not found')
        lines = [line for line in self.logs[f"{namespace}/{pod}"] if line.at >= query.since_time]
        return iter(lines if query.tail_lines is None else lines[-query.tail_lines :])

    def follow(self, namespace: str, pod: str, query: LogQuery = LogQuery()) -> FollowedLog:
        """As `read`: the log ends where the list does."""
        return FollowedLog(self.read(namespace, pod, query), lambda: None)

    # ClusterWatch

    def watch(
        self,
        type: ResourceType,
        *,
        resource_version: str,
        namespace: str = "",
        label_selector: str = "",
        seconds: int = 300,
    ) -> Iterator[Change]:
        """Yield what a test has put into `changes`, once, then end as a server's stream does."""
        self._called("watch", type, namespace, label_selector)
        changes = [change for change in self.changes if change.object.type == type]
        self.changes = [change for change in self.changes if change.object.type != type]
        yield from changes

    def will_tell(self, kind: ChangeKind, type: ResourceType, manifest: Manifest) -> None:
        """Have the next watch of the kind yield this change."""
        self.changes.append(Change(kind, _listed(type, ResourceKey.of(manifest), manifest)))

    def _called(self, verb: str, type: ResourceType, namespace: str, name: str) -> ResourceKey:
        key = ResourceKey(type.group, type.kind, namespace if type.namespaced else "", name)
        self.calls.append(f"{verb} {key}")
        if self.failure is not None:
            raise self.failure
        if refusal := self.refusals.get(f"{verb} {key}"):
            raise refusal
        return key

    def _store(self, manifest: Manifest) -> Manifest:
        key = ResourceKey.of(manifest)
        before = metadata_of(self.objects.get(key, {}))
        metadata = manifest["metadata"]
        metadata["uid"] = before.get("uid") or f"uid-{next(self._versions)}"
        metadata["resourceVersion"] = str(next(self._versions))
        self.objects[key] = manifest
        return manifest


class MemoryConnector:
    """ClusterConnector: reference → cluster; "" is the local one."""

    def __init__(self, clusters: dict[str, MemoryCluster]) -> None:
        self.clusters = clusters

    def connect(self, reference: str) -> Cluster:
        return self.clusters[reference].port()


def _listed(type: ResourceType, key: ResourceKey, found: Manifest) -> ListedObject:
    metadata = metadata_of(found)
    body = {name: value for name, value in found.items() if name not in ("apiVersion", "kind")}
    return ListedObject(
        type,
        key.namespace,
        key.name,
        str(metadata.get("uid") or ""),
        str(metadata.get("resourceVersion") or ""),
        dict(metadata.get("labels") or {}),
        dict(metadata.get("annotations") or {}),
        json.dumps(body).encode(),
        deleting=bool(metadata.get("deletionTimestamp")),
    )


def _field(manifest: Manifest, path: str) -> Any:
    value: Any = manifest
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _merged(below: Any, above: Any) -> Any:
    """Maps by their keys, everything else as a whole; None removes, as in a merge patch."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return copy.deepcopy(above)
    merged = copy.deepcopy(below)
    for name, value in above.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merged(merged.get(name), value)
    return merged


def _owned(manifest: Any) -> dict[str, Any]:
    """FieldsV1 of what was applied: maps field by field, lists as a whole."""
    if not isinstance(manifest, dict):
        return {}
    named = {"apiVersion", "kind", "name", "namespace"}
    return {f"f:{name}": _owned(value) for name, value in manifest.items() if name not in named}


def _entries_of_others(live: Manifest, manager: str) -> list[Any]:
    entries = metadata_of(live).get("managedFields") or ()
    return [copy.deepcopy(entry) for entry in entries if entry["manager"] != manager]


def _without_owned(live: Manifest, manager: str) -> Manifest:
    """What is left when the fields of a manager are taken out: what its apply starts from."""
    kept = copy.deepcopy(live)
    for entry in metadata_of(kept).pop("managedFields", None) or ():
        if entry["manager"] == manager:
            _remove(kept, entry["fieldsV1"])
    return kept


def _remove(value: Any, fields: dict[str, Any]) -> None:
    for step, below in fields.items():
        name = step.removeprefix("f:")
        if name not in value:
            continue
        if below and isinstance(value[name], dict):
            _remove(value[name], below)
        else:
            del value[name]


def _content(manifest: Manifest) -> Manifest:
    metadata = {k: v for k, v in metadata_of(manifest).items() if k not in ("uid", "resourceVersion")}
    return {**manifest, "metadata": metadata}
