"""The promise of the port pod_logs.

The real control plane has nodes that play no logs: what a container prints is seen on the sandbox alone
(tests/adapters/kubernetes/test_pod_logs.py); here stands what an API server answers by itself.
"""

from __future__ import annotations

import pytest

from shared.errors import InvalidRequestError, NotFoundError
from shared.ports.pod_logs import LogQuery
from tests.controlplane.cluster_world import ClusterWorld


def pod(world: ClusterWorld, namespace: str, *containers: str) -> None:
    spec = {"containers": [{"name": name, "image": "registry.test/app:1"} for name in containers]}
    metadata = {"name": "p", "namespace": namespace}
    world.objects.create(
        world.type("Pod"), {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    )


def test_the_log_of_a_pod_that_does_not_exist_is_an_error(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    sentence = f'log of Pod {namespace}/p: pods "p" not found'
    with pytest.raises(NotFoundError, match=sentence):
        next(cluster_world.logs.read(namespace, "p"))
    with pytest.raises(NotFoundError, match=f"follow {sentence}"):
        cluster_world.logs.follow(namespace, "p")


def test_of_several_containers_one_has_to_be_chosen(cluster_world: ClusterWorld, namespace: str) -> None:
    pod(cluster_world, namespace, "app", "proxy")
    sentence = r"a container name must be specified for pod p, choose one of: \[app proxy\]"
    with pytest.raises(InvalidRequestError, match=sentence):
        next(cluster_world.logs.read(namespace, "p"))


def test_a_container_that_the_pod_does_not_have_is_refused(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    pod(cluster_world, namespace, "app")
    with pytest.raises(InvalidRequestError, match="container nobody is not valid for pod p"):
        next(cluster_world.logs.read(namespace, "p", LogQuery(container="nobody")))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (LogQuery(tail_lines=-1), "tailLines: Invalid value: -1: must be greater than or equal to 0"),
        (LogQuery(since_seconds=0), "sinceSeconds: Invalid value: 0: must be greater than 0"),
    ],
    ids=["tail", "since"],
)
def test_numbers_that_make_no_sense_are_refused(
    cluster_world: ClusterWorld, namespace: str, query: LogQuery, sentence: str
) -> None:
    pod(cluster_world, namespace, "app")
    with pytest.raises(InvalidRequestError, match=sentence):
        next(cluster_world.logs.read(namespace, "p", query))


@pytest.mark.parametrize("name", ["", ".", "..", "p/exec", "p/../q"])
def test_a_name_never_reaches_another_path(cluster_world: ClusterWorld, namespace: str, name: str) -> None:
    with pytest.raises(InvalidRequestError, match="is no name"):
        next(cluster_world.logs.read(namespace, name))
