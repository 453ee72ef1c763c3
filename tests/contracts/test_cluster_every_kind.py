"""What Tidegate does with any object, tried on every kind that people deploy.

The recorder (tests/scenarios/test_recorder.py) holds the product to these forms of calls.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from itertools import islice

import pytest

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_type import ResourceType
from shared.ports.cluster_objects import PatchKind, Propagation
from shared.ports.cluster_watch import Change, ChangeKind
from tests.controlplane.cluster_world import ClusterWorld
from tests.controlplane.every_kind import KINDS, example
from tests.controlplane.polling import eventually

# controllers write these without being asked: their resourceVersion moves by itself
LIVELY = {"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "Pod", "CronJob", "Endpoints"}
LIVELY |= {"PersistentVolume", "PersistentVolumeClaim", "PodDisruptionBudget", "HorizontalPodAutoscaler"}
LIVELY |= {"Namespace", "ResourceQuota", "Ingress", "Service", "EndpointSlice"}


@pytest.fixture
def name() -> str:
    return f"e-{uuid.uuid4().hex[:8]}"


@pytest.fixture(params=KINDS, ids=lambda kind: kind.rpartition(" ")[2])
def manifest(
    request: pytest.FixtureRequest, cluster_world: ClusterWorld, namespace: str, name: str
) -> Iterator[Manifest]:
    """An example that is deleted after the test."""
    made = example(request.param, namespace, name)
    yield made
    type, home = home_of(cluster_world, made)
    cluster_world.objects.delete(type, home, name, propagation=Propagation.BACKGROUND)


def home_of(world: ClusterWorld, manifest: Manifest) -> tuple[ResourceType, str]:
    group = str(manifest["apiVersion"]).rpartition("/")[0]
    return world.type(manifest["kind"], group), str(manifest["metadata"].get("namespace", ""))


def test_a_dry_run_answers_what_would_be_stored_and_stores_nothing(
    cluster_world: ClusterWorld, manifest: Manifest, name: str
) -> None:
    type, home = home_of(cluster_world, manifest)
    answered = cluster_world.objects.apply(type, manifest, dry_run=True)
    assert (answered["kind"], answered["metadata"]["name"]) == (manifest["kind"], name)
    assert cluster_world.objects.get(type, home, name) is None


def test_what_is_applied_is_found_changed_and_watched(
    cluster_world: ClusterWorld, manifest: Manifest, name: str
) -> None:
    objects, (type, home) = cluster_world.objects, home_of(cluster_world, manifest)
    selector = f"example={name}"
    applied = objects.apply(type, manifest)

    pages = list(objects.list_pages(type, label_selector=selector))
    assert [(item.namespace, item.name) for page in pages for item in page.items] == [(home, name)]
    assert name in {item.name for page in objects.list_pages(type) for item in page.items}
    # the history of the kind reaches back to the list, in both worlds
    objects.patch(type, home, name, {"metadata": {"annotations": {"seen": "yes"}}})
    operation = {"op": "add", "path": "/metadata/annotations/also", "value": "this"}
    patched = objects.patch(type, home, name, [operation], PatchKind.JSON)
    assert patched["metadata"]["annotations"].items() >= {"seen": "yes", "also": "this"}.items()
    (change,) = annotated(cluster_world, type, pages[-1].resource_version, selector)
    assert (change.kind, change.object.name) == (ChangeKind.MODIFIED, name)

    again = objects.apply(type, manifest)
    assert again["metadata"]["uid"] == applied["metadata"]["uid"]
    assert again["metadata"]["annotations"]["seen"] == "yes", "what another manager wrote stays"
    if manifest["kind"] not in LIVELY:
        same = objects.apply(type, manifest)["metadata"]["resourceVersion"]
        assert same == again["metadata"]["resourceVersion"], "an apply without a change writes nothing"


def annotated(world: ClusterWorld, type: ResourceType, since: str, selector: str) -> list[Change]:
    """The first change after which the object has the annotation `seen`."""
    changes = world.watch.watch(type, resource_version=since, label_selector=selector, seconds=20)
    with closing(changes):  # type: ignore[type-var]
        objects = (change for change in changes if change.kind is not ChangeKind.BOOKMARK)
        metadata = ((change, change.object.manifest()["metadata"]) for change in objects)
        return list(islice((c for c, found in metadata if "seen" in (found.get("annotations") or {})), 1))


def test_what_is_deleted_goes(cluster_world: ClusterWorld, manifest: Manifest, name: str) -> None:
    objects, (type, home) = cluster_world.objects, home_of(cluster_world, manifest)
    objects.create(type, manifest)
    assert objects.delete(type, home, name)
    eventually(lambda: objects.get(type, home, name) is None, f"{manifest['kind']} {name} is gone")
    assert not objects.delete(type, home, name)
