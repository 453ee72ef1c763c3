"""What containers print, on the sandbox's cluster, and streams that a test breaks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from sandbox.cluster.server import SandboxCluster
from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.errors import InvalidRequestError, UnavailableError
from shared.ports.pod_logs import LogLine, LogQuery
from tests.adapters.kubernetes.scripted_server import ScriptedServer, Told
from tests.controlplane.cluster_world import ClusterWorld
from tests.controlplane.polling import eventually

_PATIENCE = 20.0


@pytest.fixture(scope="module")
def world() -> Iterator[ClusterWorld]:
    with SandboxCluster(name="logs") as cluster, ClusterWorld.of(cluster.kubeconfig()) as world:
        yield world


def running_pod(world: ClusterWorld, name: str, image: str = "registry.test/app:1") -> str:
    containers = [{"name": "app", "image": image, "ports": [{"containerPort": 8080}]}]
    metadata = {"name": name, "namespace": "default"}
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers}}
    world.objects.create(world.type("Pod"), manifest)
    waiting = "broken" in image

    def settled() -> bool:
        live = world.objects.get(world.type("Pod"), "default", name) or {}
        statuses = live.get("status", {}).get("containerStatuses") or [{}]
        return ("waiting" if waiting else "running") in statuses[0].get("state", {})

    eventually(settled, f"pod {name} does not settle")
    return name


def test_lines_have_the_nodes_time_and_what_was_printed(world: ClusterWorld) -> None:
    lines = list(world.logs.read("default", running_pod(world, "reads")))
    assert [line.text for line in lines] == [
        "sandbox: registry.test/app:1 started on sandbox-node",
        "sandbox: listening on port 8080",
        "sandbox: ready",
    ]
    assert all(line.at.endswith("Z") and "T" in line.at for line in lines)
    assert [line.at for line in lines] == sorted(line.at for line in lines)


def test_the_last_lines_and_the_lines_since_a_moment(world: ClusterWorld) -> None:
    name = running_pod(world, "parts")
    everything = list(world.logs.read("default", name))
    assert list(world.logs.read("default", name, LogQuery(tail_lines=1))) == everything[-1:]
    assert list(world.logs.read("default", name, LogQuery(tail_lines=0))) == []
    assert list(world.logs.read("default", name, LogQuery(since_seconds=3600))) == everything
    assert list(world.logs.read("default", name, LogQuery(since_time="2999-01-01T00:00:00Z"))) == []


def test_a_container_that_waits_and_one_that_never_ended_have_no_log(world: ClusterWorld) -> None:
    with pytest.raises(InvalidRequestError, match="is waiting to start"):
        next(world.logs.read("default", running_pod(world, "waits", "app:broken")))
    with pytest.raises(InvalidRequestError, match="previous terminated container"):
        next(world.logs.read("default", running_pod(world, "first"), LogQuery(previous=True)))


def test_a_followed_log_goes_on_until_another_thread_closes_it(world: ClusterWorld) -> None:
    followed = world.logs.follow("default", running_pod(world, "followed"))
    seen: list[LogLine] = []
    third, ended = threading.Event(), threading.Event()

    def read() -> None:
        for line in followed.lines:
            seen.append(line)
            if len(seen) == 3:
                third.set()
        ended.set()

    reader = threading.Thread(target=read)
    reader.start()
    assert third.wait(_PATIENCE)
    assert not ended.is_set()
    followed.close()
    assert ended.wait(_PATIENCE)
    reader.join()
    followed.close()  # once more does no harm


def test_a_followed_log_ends_with_its_pod(world: ClusterWorld) -> None:
    name = running_pod(world, "goes")
    followed = world.logs.follow("default", name)
    next(followed.lines)
    world.objects.delete(world.type("Pod"), "default", name)
    assert [line.text for line in followed.lines][-1:] == ["sandbox: ready"]


def scripted(answer: Callable[[object], Told]) -> tuple[ScriptedServer, KubernetesConnector]:
    server = ScriptedServer(answer)
    return server, KubernetesConnector(server)


def test_a_log_that_breaks_off_is_no_end_of_it() -> None:
    server, connector = scripted(lambda _: Told(200, b"2026-01-01T12:00:00Z one\n", cut=True))
    with server, closing(connector):
        lines = connector.connect("").logs.follow("shop", "p").lines
        assert next(lines) == LogLine("2026-01-01T12:00:00Z", "one")
        with pytest.raises(UnavailableError, match=r"follow log of Pod shop/p: .* did not answer"):
            next(lines)


def test_bytes_that_are_no_text_and_lines_without_a_time_are_shown_as_well_as_can_be() -> None:
    body = b"2026-01-01T12:00:00.123456789Z \xff\r\nunable to retrieve container logs"
    server, connector = scripted(lambda _: Told(200, body))
    with server, closing(connector):
        lines = list(connector.connect("").logs.read("shop", "p"))
    assert lines == [
        LogLine("2026-01-01T12:00:00.123456789Z", "\ufffd"),
        LogLine("", "unable to retrieve container logs"),
    ]


def test_the_request_says_what_is_wanted() -> None:
    server, connector = scripted(lambda _: Told(200, b""))
    query = LogQuery("app", previous=True, tail_lines=5, since_seconds=60, since_time="2026-01-01T12:00:00Z")
    with server, closing(connector):
        list(connector.connect("").logs.read("shop", "p", query))
    assert server.asked[0].path == "/api/v1/namespaces/shop/pods/p/log"
    assert server.asked[0].query == {
        "container": "app",
        "previous": "true",
        "tailLines": "5",
        "sinceSeconds": "60",
        "sinceTime": "2026-01-01T12:00:00Z",
        "timestamps": "true",
    }
