"""The two clusters that every cluster contract runs on."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from shared.ports.cluster_objects import Propagation
from tests.controlplane.cluster_world import ClusterWorld


@pytest.fixture(scope="session", params=["sandbox", "real"])
def cluster_world(request: pytest.FixtureRequest) -> Iterator[ClusterWorld]:
    """The sandbox's cluster and a real control plane; a world that cannot start fails, nothing is skipped."""
    with ExitStack() as stack:
        if request.param == "sandbox":
            from sandbox.cluster.server import SandboxCluster

            kubeconfig = stack.enter_context(SandboxCluster(name="contracts")).kubeconfig()
        else:
            kubeconfig = request.getfixturevalue("control_plane").kubeconfig()
        yield stack.enter_context(ClusterWorld.of(kubeconfig))


@pytest.fixture
def namespace(cluster_world: ClusterWorld) -> Iterator[str]:
    """A namespace of this test's own."""
    type, name = cluster_world.type("Namespace"), f"t-{uuid.uuid4().hex[:10]}"
    cluster_world.objects.create(type, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    yield name
    cluster_world.objects.delete(type, "", name, propagation=Propagation.BACKGROUND)
