"""What is wrong in the end: nothing, when the cluster equals Git and the rows say so."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from sandbox.cluster.request_log import RequestLog
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.resource_type import ResourceType
from shared.domain.record.application_status import ApplicationStatus
from shared.domain.specs.app_ref import AppRef
from shared.ports.cluster_objects import ClusterObjects
from tests.scenarios.kill.looking import Home
from tests.scenarios.kill.stories import Ending, Names, Story, Touch

_KINDS = (
    ResourceType("", "v1", "ConfigMap", "configmaps", namespaced=True),
    ResourceType("", "v1", "Service", "services", namespaced=True),
    ResourceType("apps", "v1", "Deployment", "deployments", namespaced=True),
)
_OF_THE_CLUSTER = {"kube-root-ca.crt"}
_ROOT = AppRef("argocd", "root-app")


def touches(requests: RequestLog, names: Names) -> Counter[Touch]:
    """The requests of Tidegate that changed something in the namespaces of one run."""
    return Counter(
        (request.verb, request.resource, request.name)
        for request in requests.changes()
        if request.manager == "tidegate" or request.verb == "delete"  # a DELETE names no manager
        if (request.namespace or request.name).startswith(names.run)
    )


def problems(story: Story, names: Names, head: str, home: Home, objects: ClusterObjects) -> list[str]:
    """Everything that is not as it has to be, one sentence each."""
    endings = story.endings(names)
    found = [*_wrong_objects(story, names, endings, objects)]
    wanted = {AppRef("argocd", ending.name): ending for ending in endings}
    known = {stored.ref for stored in home.rows.applications()}
    if known != {*wanted, _ROOT}:
        found.append(f"the applications are {sorted(map(str, known))}")
    for ref, ending in wanted.items():
        tracked = {_key(object_, ending.namespace) for object_ in ending.objects}
        found += _wrong_row(home, ref, head if ending.moves else "", tracked, ending.deployments)
    children = {ResourceKey("argoproj.io", "Application", "argocd", ending.name) for ending in endings}
    found += _wrong_row(home, _ROOT, head if story.root > 1 else "", children, story.root)
    return found + _left_over(home, known)


def _left_over(home: Home, known: set[AppRef]) -> list[str]:
    """Tokens that nobody will bring, and rows of nobody."""
    sent = {json.loads(text)["token"] for text in home.work()}
    found = [
        f"{stored.ref} has a status and no manifest"
        for stored in home.rows.statuses()
        if stored.ref not in known
    ]
    found += [
        f"{stored.ref} waits for a message that nobody sent"
        for stored in home.rows.statuses()
        if stored.status.wake.token and stored.status.wake.token not in sent
    ]
    return found


def _wrong_row(
    home: Home, ref: AppRef, head: str, tracked: set[ResourceKey], deployments: int
) -> Iterator[str]:
    status = home.rows.status(ref).status
    if problem := _wrong_state(status):
        yield f"{ref} {problem}"
    for resource in status.resources:
        health = resource.health.status if resource.health else "Healthy"
        if (resource.status, health) != ("Synced", "Healthy"):
            yield f"{ref} says that {resource.key} is {resource.status}, {health}"
    inventory = {found.key for found in status.resources if found.tracked}
    if inventory != tracked:
        odd = sorted(map(str, inventory ^ tracked))
        yield f"{ref}: the inventory is wrong about {odd}"
    history = home.rows.history(ref)
    if len(history) != deployments or len({entry.operation for entry in history}) != deployments:
        yield f"{ref} has {len(history)} history entries, not {deployments}"
    if head and status.revisions != (head,):
        yield f"{ref} is at {status.revisions}, not at {head}"


def _wrong_state(status: ApplicationStatus) -> str:
    if (status.sync, status.health.status) != ("Synced", "Healthy") or status.conditions:
        return f"is {status.sync}, {status.health.status}, {status.conditions}"
    if status.operation is None or status.operation.phase != "Succeeded":
        return f"has the operation {status.operation}"
    return ""


def _wrong_objects(
    story: Story, names: Names, endings: tuple[Ending, ...], objects: ClusterObjects
) -> Iterator[str]:
    expected = {_key(found, ending.namespace): found for ending in endings for found in ending.objects}
    expected |= {_key(found, names.shop): found for found in story.left(names)}
    live: dict[ResourceKey, Manifest] = {}
    for namespace in (names.shop, names.other, names.fresh):
        live |= _live(objects, namespace)
    for key in sorted(live.keys() ^ expected.keys()):
        yield f"{key} is {'there' if key in live else 'missing'}"
    for key in sorted(live.keys() & expected.keys()):
        if not _holds(live[key], expected[key]):
            yield f"{key} is not as in Git"


def _live(objects: ClusterObjects, namespace: str) -> dict[ResourceKey, Manifest]:
    pages = (page for kind in _KINDS for page in objects.list_pages(kind, namespace=namespace))
    found = (item.manifest() for page in pages for item in page.items)
    return {_key(each, namespace): each for each in found if each["metadata"]["name"] not in _OF_THE_CLUSTER}


def _key(manifest: Manifest, namespace: str) -> ResourceKey:
    group = manifest["apiVersion"].rpartition("/")[0]
    return ResourceKey(group, manifest["kind"], namespace, manifest["metadata"]["name"])


def _holds(live: object, wanted: object) -> bool:
    """Whether all that is wanted is there; the data of a config map is there and nothing else."""
    if isinstance(wanted, dict) and isinstance(live, dict):
        exact = "greeting" not in wanted or live.keys() == wanted.keys()
        return exact and all(_holds(live.get(name), value) for name, value in wanted.items())
    if isinstance(wanted, list) and isinstance(live, list):
        return len(live) == len(wanted) and all(map(_holds, live, wanted))
    return live == wanted
