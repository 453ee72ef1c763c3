"""What docs/how-to/move-from-argo-cd.md promises: an application changes hands, and no pod notices."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import requests

from shared.domain.manifests.manifest import Manifest
from shared.settings import load_settings
from tests.scenarios.local_world import NEVER, LocalWorld, config_map, deployment

WEB = deployment(labels={"team": "a"})
SETTINGS = config_map("settings")
LOOK = timedelta(seconds=load_settings({}).drift_seconds)


@pytest.fixture(params=["annotation", "label"])
def world(request: pytest.FixtureRequest, local_world: Callable[..., LocalWorld]) -> LocalWorld:
    """Argo CD has deployed what is in Git, and one object that is not there any more.

    It tracks by annotation since 3.0, and by label before.
    """
    made = local_world(poll=NEVER)
    made.push({"shop/web.yaml": WEB, "shop/settings.yaml": SETTINGS})
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": made.name}}
    requests.post(f"{made.cluster_url}/api/v1/namespaces", json=space, timeout=10).close()
    argo_cd_applies(made, WEB, "apis/apps/v1", "deployments", request.param)
    argo_cd_applies(made, SETTINGS, "api/v1", "configmaps", request.param)
    argo_cd_applies(made, config_map("left-over"), "api/v1", "configmaps", request.param)
    made.eventually(lambda: ready(made) == 1)
    return made


def argo_cd_applies(world: LocalWorld, manifest: Manifest, group: str, resource: str, tracking: str) -> None:
    """A client-side apply, which Argo CD does unless it is told to apply server-side."""
    metadata = {**manifest["metadata"], "namespace": world.name}
    name, api = metadata["name"], manifest["apiVersion"].rpartition("/")[0]
    if tracking == "annotation":
        where = f"shop:{api}/{manifest['kind']}:{world.name}/{name}"
        metadata["annotations"] = {"argocd.argoproj.io/tracking-id": where}
    else:
        metadata["labels"] = {**metadata.get("labels", {}), "app.kubernetes.io/instance": "shop"}
    applied = {**manifest, "metadata": metadata}
    note = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(applied)}
    sent = {**applied, "metadata": {**metadata, "annotations": {**metadata.get("annotations", {}), **note}}}
    url = f"{world.cluster_url}/{group}/namespaces/{world.name}/{resource}"
    with requests.post(url, json=sent, params={"fieldManager": "argocd-controller"}, timeout=10) as answer:
        assert answer.status_code == 201, answer.text


def web(world: LocalWorld) -> Manifest:
    return world.live("Deployment", "web") or {}


def ready(world: LocalWorld) -> int:
    return int(web(world).get("status", {}).get("readyReplicas") or 0)


def pods(world: LocalWorld) -> set[str]:
    """The uids of the pods that run."""
    url = f"{world.cluster_url}/api/v1/namespaces/{world.name}/pods"
    with requests.get(url, timeout=10) as answer:
        return {str(each["metadata"]["uid"]) for each in answer.json()["items"]}


def scale(world: LocalWorld, replicas: int) -> None:
    url = f"{world.cluster_url}/apis/apps/v1/namespaces/{world.name}/deployments/web"
    sent = {"Content-Type": "application/merge-patch+json"}
    with requests.patch(url, json={"spec": {"replicas": replicas}}, headers=sent, timeout=10) as answer:
        assert answer.ok


def take_over(world: LocalWorld, **spec: object) -> None:
    world.create("shop", **spec)  # type: ignore[arg-type]
    world.eventually(lambda: bool(world.status("shop").get("reconciledAt")), "shop")
    world.eventually(lambda: world.waiting() == 0)


def test_taking_over_writes_nothing(world: LocalWorld) -> None:
    before, running = web(world), pods(world)
    take_over(world)
    world.comes_to("shop", world.copy.head())
    assert world.changes() == {}
    assert (web(world)["metadata"], pods(world)) == (before["metadata"], running)


def test_what_drifts_afterwards_is_put_back_and_everything_is_marked_without_a_restart(
    world: LocalWorld,
) -> None:
    running = pods(world)
    take_over(world)
    scale(world, 3)
    world.clock.advance(LOOK)
    world.eventually(lambda: web(world)["spec"]["replicas"] == 1, "shop")
    world.eventually(lambda: world.waiting() == 0)
    for kind, name in (("Deployment", "web"), ("ConfigMap", "settings")):
        metadata = (world.live(kind, name) or {})["metadata"]
        assert "tidegate.dev/installation" in metadata["labels"], name
        assert metadata["annotations"]["argocd.argoproj.io/tracking-id"].startswith("shop:"), name
        assert "argocd-controller" not in {entry["manager"] for entry in metadata["managedFields"]}, name
    assert running <= pods(world)


def test_without_automated_sync_a_difference_is_shown_and_nothing_written(world: LocalWorld) -> None:
    scale(world, 3)
    take_over(world, syncPolicy={})
    world.eventually(lambda: world.status("shop")["sync"]["status"] == "OutOfSync", "shop")
    assert world.changes() == {}


def test_what_git_lost_before_is_not_known(world: LocalWorld) -> None:
    take_over(world)
    after = world.push({"shop/web.yaml": deployment(tag="2", labels={"team": "a"})})
    world.deliver(world.payload("0" * 40, after))
    world.comes_to("shop", after)
    assert world.live("ConfigMap", "left-over") is not None
    assert "left-over" not in {each["name"] for each in world.status("shop")["resources"]}
