"""Watches: what they see, how they end, what they say when they come too late."""

from __future__ import annotations

import pytest
import requests

from sandbox.cluster.server import SandboxCluster
from tests.sandbox.cluster.conftest import Client, config_map

MAPS = "/api/v1/namespaces/default/configmaps"


def seen(lines: list[dict[str, object]]) -> list[tuple[object, object]]:
    return [(line["type"], line["object"]["metadata"].get("name")) for line in lines]  # type: ignore[index]


def test_a_watch_shows_what_happened_after_its_version(client: Client) -> None:
    start = client.get(MAPS)["metadata"]["resourceVersion"]
    client.post(MAPS, config_map("a"))
    client.patch(f"{MAPS}/a", {"data": {"k": "v"}})
    client.delete(f"{MAPS}/a")
    client.post("/api/v1/namespaces/kube-public/configmaps", config_map("elsewhere"))
    lines = client.watch(MAPS, resourceVersion=start, timeoutSeconds="1", fieldSelector="metadata.name=a")
    assert seen(lines) == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]


def test_an_object_that_leaves_or_enters_a_selection_is_deleted_or_added(client: Client) -> None:
    start = client.get(MAPS)["metadata"]["resourceVersion"]
    client.post(MAPS, config_map("a", labels={"app": "x"}))
    client.patch(f"{MAPS}/a", {"metadata": {"labels": {"app": "y"}}})
    client.patch(f"{MAPS}/a", {"metadata": {"labels": {"app": "x"}}})
    lines = client.watch(MAPS, resourceVersion=start, timeoutSeconds="1", labelSelector="app=x")
    assert [line["type"] for line in lines] == ["ADDED", "DELETED", "ADDED"]
    assert lines[1]["object"]["metadata"]["labels"] == {"app": "x"}


def test_without_a_version_a_watch_begins_with_what_exists(client: Client) -> None:
    client.post(MAPS, config_map("a", labels={"app": "x"}))
    lines = client.watch(MAPS, timeoutSeconds="1", labelSelector="app=x", allowWatchBookmarks="true")
    assert seen(lines) == [("ADDED", "a"), ("BOOKMARK", None), ("BOOKMARK", None)]
    assert lines[1]["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_streaming_lists_end_with_a_marked_bookmark(client: Client) -> None:
    asked = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan"}
    lines = client.watch("/api/v1/nodes", timeoutSeconds="1", allowWatchBookmarks="true", **asked)
    marks = [line["object"]["metadata"].get("annotations") for line in lines]
    assert marks[:2] == [None, {"k8s.io/initial-events-end": "true"}]


def test_a_version_that_is_forgotten_is_an_error_in_the_stream(
    client: Client, cluster: SandboxCluster
) -> None:
    start = client.get(MAPS)["metadata"]["resourceVersion"]
    client.post(MAPS, config_map("a"))
    cluster.store.forget()
    (line,) = client.watch(MAPS, resourceVersion=start, timeoutSeconds="1")
    assert (line["type"], line["object"]["code"], line["object"]["reason"]) == ("ERROR", 410, "Expired")


def test_a_page_of_a_forgotten_list_has_expired(client: Client, cluster: SandboxCluster) -> None:
    for name in ("a", "b", "c"):
        client.post(MAPS, config_map(name))
    token = client.get(MAPS, limit="1")["metadata"]["continue"]
    client.post(MAPS, config_map("d"))
    cluster.store.forget()
    status, answer = client.send("GET", MAPS, **{"limit": "1", "continue": token})
    assert (status, answer["reason"]) == (410, "Expired")


def test_closing_the_cluster_cuts_its_watches(cluster: SandboxCluster, client: Client) -> None:
    url = f"{cluster.url}{MAPS}"
    with client._session.get(url, params={"watch": "1"}, stream=True, timeout=10) as answer:
        lines = answer.iter_lines()
        assert next(lines)
        cluster.close()
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            list(lines)
