"""A sandbox cluster for each test, and a small client that speaks to it over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from sandbox.cluster.server import SandboxCluster
from tests.controlplane.polling import eventually

Json = dict[str, Any]
APPLY = "application/apply-patch+yaml"


class Client:
    """Raw requests to one cluster. Paths are short: `default/deployments/web`, `/namespaces/x`."""

    def __init__(self, cluster: SandboxCluster) -> None:
        self.cluster = cluster
        self._session = requests.Session()
        token = cluster.kubeconfig()["users"][0]["user"]["token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def send(
        self, method: str, path: str, body: Any = None, media: str = "application/json", **query: str
    ) -> tuple[int, Json]:
        """Return status and decoded answer."""
        data = None if body is None else json.dumps(body)
        headers = {"Content-Type": media} if data is not None else {}
        url = self.cluster.url + path
        with self._session.request(
            method, url, params=query, data=data, headers=headers, timeout=10
        ) as answer:
            return answer.status_code, answer.json()

    def get(self, path: str, **query: str) -> Json:
        return self.send("GET", path, **query)[1]

    def post(self, path: str, body: Json, **query: str) -> tuple[int, Json]:
        return self.send("POST", path, body, **query)

    def patch(self, path: str, body: Any, **query: str) -> tuple[int, Json]:
        return self.send("PATCH", path, body, "application/merge-patch+json", **query)

    def apply(self, path: str, body: Json, manager: str = "test", **query: str) -> tuple[int, Json]:
        return self.send("PATCH", path, body, APPLY, fieldManager=manager, **query)

    def delete(self, path: str, **query: str) -> tuple[int, Json]:
        return self.send("DELETE", path, **query)

    def names(self, path: str, **query: str) -> list[str]:
        return [str(item["metadata"]["name"]) for item in self.get(path, **query)["items"]]

    def watch(self, path: str, **query: str) -> list[Json]:
        """All lines until the server ends the stream."""
        url = self.cluster.url + path
        with self._session.get(url, params={"watch": "1", **query}, timeout=10) as answer:
            return [json.loads(line) for line in answer.iter_lines()]

    def gone(self, path: str) -> bool:
        return self.send("GET", path)[0] == 404

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def cluster() -> Iterator[SandboxCluster]:
    with SandboxCluster("test", pod_seconds=0.02) as cluster:
        yield cluster


@pytest.fixture
def client(cluster: SandboxCluster) -> Iterator[Client]:
    client = Client(cluster)
    yield client
    client.close()


def settled(client: Client, path: str, holds: Callable[[Json], bool], what: str) -> Json:
    """Wait until the object at `path` is as wanted, and return it."""
    return eventually(lambda: next(filter(holds, [client.get(path)]), None), what)


def config_map(name: str, **metadata: Any) -> Json:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}}


def deployment(name: str, image: str = "app:1", replicas: int = 1, **spec: Any) -> Json:
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{"name": "app", "image": image}]},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": template,
            **spec,
        },
    }
