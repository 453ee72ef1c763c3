"""Why the pods of a rollout do not start: a bad image, a missing ConfigMap, a crash.

Deliberate difference from Argo CD: there a Deployment with a broken image is Progressing until its progress
deadline (ten minutes by default), and the reason stands only on the Pod. Here it is Degraded at once, and
says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shared.domain.health.assessment import assess
from shared.domain.health.fields import part, parts, text
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.manifest import Manifest, annotations_of, metadata_of

_REVISION = "deployment.kubernetes.io/revision"
_HOPELESS = frozenset(
    {
        "CrashLoopBackOff",
        "CreateContainerConfigError",
        "CreateContainerError",
        "ErrImageNeverPull",
        "ErrImagePull",
        "ImageInspectError",
        "ImagePullBackOff",
        "InvalidImageName",
        "PostStartHookError",
        "PreCreateHookError",
        "PreStartHookError",
        "RegistryUnavailable",
        "RunContainerError",
        "StartError",
    }
)


def pod_trouble(pods: Iterable[Manifest]) -> Health | None:
    """Return Degraded with the reason and the image of the first container that cannot start, or None.

    Pods that are being deleted do not count. Source of the reasons: Kubernetes pkg/kubelet/container and
    pkg/kubelet/images/types.go.
    """
    for pod in pods:
        if metadata_of(pod).get("deletionTimestamp"):
            continue
        for container, reason, message in _waiting(pod):
            image = _image_of(pod, container)
            said = f": {message}" if message else ""
            return Health(HealthStatus.DEGRADED, f"{reason} in container {container}, image {image}{said}")
    return None


def workload_health(workload: Manifest, newest_pods: Iterable[Manifest]) -> Health | None:
    """Return the health of a workload, where Progressing becomes Degraded if its newest pods cannot start.

    `newest_pods` are those of the newest ReplicaSet of a Deployment (see `newest_pods_of`), or all pods of
    another workload. Trouble in older pods does not matter: the rollout is about to replace them.
    """
    health = assess(workload)
    if health is None or health.status is not HealthStatus.PROGRESSING:
        return health
    if metadata_of(workload).get("deletionTimestamp"):
        return health
    return pod_trouble(newest_pods) or health


def newest_pods_of(
    workload: Manifest, replica_sets: Iterable[Manifest], pods: Iterable[Manifest]
) -> tuple[Manifest, ...]:
    """Return the pods of a Deployment's newest ReplicaSet, or of another workload, found by their owners."""
    owner = uid = metadata_of(workload).get("uid")
    if workload.get("kind") == "Deployment":
        sets = [each for each in replica_sets if uid in _owners(each)]
        if not sets:
            return ()
        owner = metadata_of(max(sets, key=_revision)).get("uid")
    return tuple(pod for pod in pods if owner and owner in _owners(pod))


def _waiting(pod: Manifest) -> Iterator[tuple[str, str, str]]:
    """Yield (container, reason, message) of each container that waits for what will not come by itself."""
    status = part(pod, "status")
    for container in parts(status, "initContainerStatuses") + parts(status, "containerStatuses"):
        waiting = part(container, "state", "waiting")
        if text(waiting, "reason") in _HOPELESS:
            yield text(container, "name"), text(waiting, "reason"), text(waiting, "message")


def _image_of(pod: Manifest, container: str) -> str:
    """As written in the spec: the status has the image's other names."""
    spec = part(pod, "spec")
    declared = parts(spec, "initContainers") + parts(spec, "containers")
    return next((text(each, "image") for each in declared if each.get("name") == container), "")


def _owners(manifest: Mapping[str, Any]) -> set[Any]:
    return {owner.get("uid") for owner in parts(metadata_of(manifest), "ownerReferences")}


def _revision(replica_set: Mapping[str, Any]) -> tuple[int, str]:
    revision = str(annotations_of(replica_set).get(_REVISION) or "")
    created = text(metadata_of(replica_set), "creationTimestamp")
    return (int(revision) if revision.isdigit() else 0, created)
