"""What is applied is stored alike by the sandbox and by a kube-apiserver, for every kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from sandbox.cluster.server import SandboxCluster
from shared.domain.manifests.manifest import Manifest
from tests.controlplane.cluster_world import ClusterWorld
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.every_kind import KINDS, example

# given out by each server for itself
OWN = {"uid", "creationTimestamp", "resourceVersion", "time", "clusterIP", "clusterIPs", "nodePort"}
OWN |= {"lastPhaseTransitionTime", "controller-uid", "batch.kubernetes.io/controller-uid"}
# service accounts get a volume with a token in a real cluster; priorities are those of its own classes
TOKENS = {"volumeMounts", "volumes"}


@pytest.fixture(scope="module")
def worlds(control_plane: ControlPlane) -> Iterator[tuple[ClusterWorld, ClusterWorld]]:
    with ExitStack() as stack:
        cluster = stack.enter_context(SandboxCluster("alike"))
        documents = (cluster.kubeconfig(), control_plane.kubeconfig())
        ours, real = (stack.enter_context(ClusterWorld.of(each)) for each in documents)
        yield ours, real


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.rpartition(" ")[2])
def test_a_dry_run_answers_the_same_object(kind: str, worlds: tuple[ClusterWorld, ClusterWorld]) -> None:
    ours, real = (stored(world, kind) for world in worlds)
    assert ours == real


def stored(world: ClusterWorld, kind: str) -> Any:
    manifest: Manifest = example(kind, "default", "alike")
    type = world.type(manifest["kind"], str(manifest["apiVersion"]).rpartition("/")[0])
    left_out = OWN | (TOKENS if manifest["kind"] == "Pod" else set())
    return without(world.objects.apply(type, manifest, dry_run=True), left_out)


def without(value: Any, names: set[str]) -> Any:
    if isinstance(value, list):
        return [without(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: without(inner, names) for key, inner in value.items() if key not in names}
