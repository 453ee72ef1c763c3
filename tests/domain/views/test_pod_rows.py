"""A Pod is shown as kubectl shows it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.manifests.manifest import Manifest
from shared.domain.views.pod_rows import images_of, pod_rows, status_reason


def pod(
    spec: dict[str, Any] | None = None, status: dict[str, Any] | None = None, **metadata: Any
) -> Manifest:
    containers = {"containers": [{"name": "web", "image": "shop:1"}]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-1", "namespace": "shop", **metadata},
        "spec": {**containers, **(spec or {})},
        "status": {"phase": "Running", **(status or {})},
    }


def container(name: str = "web", ready: bool = False, **state: Any) -> dict[str, Any]:
    return {"name": name, "ready": ready, "restartCount": 0, "state": state}


RUNNING = container(ready=True, running={})


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ({"phase": "Pending"}, "Pending"),
        ({"containerStatuses": [RUNNING]}, "Running"),
        ({"reason": "Evicted", "phase": "Failed"}, "Evicted"),
        ({"containerStatuses": [container(waiting={"reason": "CrashLoopBackOff"})]}, "CrashLoopBackOff"),
        ({"containerStatuses": [container(terminated={"reason": "Error", "exitCode": 1})]}, "Error"),
        ({"containerStatuses": [container(terminated={"exitCode": 3})]}, "ExitCode:3"),
        ({"containerStatuses": [container(terminated={"signal": 9})]}, "Signal:9"),
        ({"containerStatuses": [container(terminated={"reason": "Completed"}), RUNNING]}, "Running"),
        ({"containerStatuses": [container(terminated={"reason": "Completed"})]}, "Completed"),
        ({"conditions": [{"type": "PodScheduled", "reason": "SchedulingGated"}]}, "SchedulingGated"),
    ],
)
def test_the_word_of_a_pod_without_init_containers(status: dict[str, Any], word: str) -> None:
    assert status_reason(pod(status=status)) == word


@pytest.mark.parametrize(
    ("first", "word"),
    [
        (container("init", running={}), "Init:0/2"),
        (container("init", terminated={"exitCode": 0}), "Init:1/2"),
        (container("init", waiting={"reason": "PodInitializing"}), "Init:0/2"),
        (container("init", waiting={"reason": "ErrImagePull"}), "Init:ErrImagePull"),
        (container("init", terminated={"reason": "OOMKilled", "exitCode": 137}), "Init:OOMKilled"),
        (container("init", terminated={"exitCode": 2}), "Init:ExitCode:2"),
        ({**container("init", running={}), "started": True, "ready": True}, "Init:1/2"),
    ],
)
def test_the_word_while_init_containers_run(first: dict[str, Any], word: str) -> None:
    policy = {"restartPolicy": "Always"} if "started" in first else {}
    spec = {"initContainers": [{"name": "init", "image": "i", **policy}, {"name": "second", "image": "i"}]}
    second = container("second", waiting={"reason": "PodInitializing"})
    status = {
        "phase": "Pending",
        "initContainerStatuses": [first, second],
        "containerStatuses": [container(waiting={"reason": "PodInitializing"})],
    }
    assert status_reason(pod(spec, status)) == word


def test_a_pod_that_goes_is_terminating_unless_it_had_ended_or_its_node_is_lost() -> None:
    gone = "2026-11-22T10:00:00Z"
    assert status_reason(pod(deletionTimestamp=gone)) == "Terminating"
    assert status_reason(pod(status={"phase": "Succeeded"}, deletionTimestamp=gone)) == "Succeeded"
    assert status_reason(pod(status={"reason": "NodeLost"}, deletionTimestamp=gone)) == "Unknown"


def rows(found: Manifest) -> dict[str, str]:
    return {row["name"]: row["value"] for row in pod_rows(found)}


def test_the_rows_of_a_running_pod() -> None:
    crashed = {**RUNNING, "restartCount": 4}
    found = rows(pod({"nodeName": "aks-1"}, {"containerStatuses": [crashed]}))
    assert found == {
        "Status Reason": "Running",
        "Node": "aks-1",
        "Containers": "1/1",
        "Restart Count": "4",
        "cpu": "0",
        "memory": "0",
    }


def test_a_sidecar_counts_as_a_container_and_an_init_container_does_not() -> None:
    spec = {
        "initContainers": [
            {"name": "side", "image": "s", "restartPolicy": "Always"},
            {"name": "once", "image": "o"},
        ]
    }
    started = {**container("side", ready=True, running={}), "started": True}
    status = {
        "initContainerStatuses": [started, container("once", terminated={"exitCode": 0})],
        "containerStatuses": [RUNNING],
    }
    assert rows(pod(spec, status))["Containers"] == "2/2"


def asking(cpu: str, **more: str) -> dict[str, Any]:
    return {"name": "c", "image": "c", "resources": {"requests": {"cpu": cpu, "memory": "1Ki"}}, **more}


def test_requests_are_the_larger_of_starting_and_running_in_thousandths() -> None:
    spec: dict[str, Any] = {"containers": [asking("250m"), asking("0.5")]}
    assert rows(pod(spec))["cpu"] == "750"
    assert rows(pod(spec))["memory"] == "2048000"
    spec["initContainers"] = [asking("1")]
    assert rows(pod(spec))["cpu"] == "1000"
    spec["initContainers"] = [asking("300m", restartPolicy="Always"), asking("1")]
    assert rows(pod(spec))["cpu"] == "1300"
    spec["overhead"] = {"cpu": "100m"}
    assert rows(pod(spec))["cpu"] == "1400"


def test_a_pod_that_has_ended_reserves_nothing() -> None:
    assert "cpu" not in rows(pod({"containers": [asking("1")]}, {"phase": "Succeeded"}))


def test_images_are_those_of_the_spec_once_each() -> None:
    containers = [{"name": "a", "image": "shop:1"}, {"name": "b", "image": "proxy:2"}]
    found = pod({"initContainers": [{"name": "i", "image": "shop:1"}], "containers": containers})
    assert images_of(found) == ["shop:1", "proxy:2"]
