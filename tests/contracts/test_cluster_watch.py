"""The promise of the port cluster_watch."""

from __future__ import annotations

from itertools import islice

import pytest

from shared.domain.manifests.resource_type import ResourceType
from shared.errors import ConflictError, NotFoundError
from shared.ports.cluster_objects import Propagation
from shared.ports.cluster_watch import ChangeKind
from tests.controlplane.cluster_world import ClusterWorld
from tests.controlplane.custom_kinds import served
from tests.controlplane.objects import config_map


def now(world: ClusterWorld, namespace: str) -> str:
    """The resourceVersion where a watch may start."""
    (page,) = world.objects.list_pages(world.type("ConfigMap"), namespace=namespace)
    return page.resource_version


def seen(
    world: ClusterWorld, count: int, *, since: str, namespace: str = "", selector: str = ""
) -> list[tuple[str, str]]:
    """The first changes, bookmarks left out: each as (kind, name)."""
    changes = world.watch.watch(
        world.type("ConfigMap"),
        resource_version=since,
        namespace=namespace,
        label_selector=selector,
        seconds=20,
    )
    objects = (change for change in changes if change.kind is not ChangeKind.BOOKMARK)
    return [(change.kind.value, change.object.name) for change in islice(objects, count)]


def test_changes_since_a_list_arrive_in_order(cluster_world: ClusterWorld, namespace: str) -> None:
    objects, type = cluster_world.objects, cluster_world.type("ConfigMap")
    since = now(cluster_world, namespace)
    objects.create(type, config_map(namespace, "a", labels={"app": "x"}))
    objects.patch(type, namespace, "a", {"data": {"k": "v"}})
    objects.delete(type, namespace, "a", propagation=Propagation.BACKGROUND)

    assert seen(cluster_world, 3, since=since, namespace=namespace, selector="app=x") == [
        ("ADDED", "a"),
        ("MODIFIED", "a"),
        ("DELETED", "a"),
    ]


def test_an_object_that_leaves_the_selection_is_deleted_from_it(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    objects, type = cluster_world.objects, cluster_world.type("ConfigMap")
    since = now(cluster_world, namespace)
    objects.create(type, config_map(namespace, "other"))
    objects.create(type, config_map(namespace, "a"))
    for label in ("x", "y", "x"):
        objects.patch(type, namespace, "a", {"metadata": {"labels": {"app": label}}})

    assert seen(cluster_world, 3, since=since, namespace=namespace, selector="app=x") == [
        ("ADDED", "a"),
        ("DELETED", "a"),
        ("ADDED", "a"),
    ]


def test_a_watch_of_one_namespace_is_silent_about_others(cluster_world: ClusterWorld, namespace: str) -> None:
    objects, type = cluster_world.objects, cluster_world.type("ConfigMap")
    since = now(cluster_world, namespace)
    elsewhere = config_map("default", f"elsewhere-{namespace}", labels={"test": namespace})
    objects.create(type, elsewhere)
    objects.create(type, config_map(namespace, "here", labels={"test": namespace}))
    objects.delete(type, "default", elsewhere["metadata"]["name"], propagation=Propagation.BACKGROUND)
    selector = f"test={namespace}"

    within = seen(cluster_world, 1, since=since, namespace=namespace, selector=selector)
    everywhere = seen(cluster_world, 3, since=since, selector=selector)

    assert within == [("ADDED", "here")]
    assert [kind for kind, _ in everywhere] == ["ADDED", "ADDED", "DELETED"]


def test_a_change_carries_the_object_at_that_moment(cluster_world: ClusterWorld, namespace: str) -> None:
    objects, type = cluster_world.objects, cluster_world.type("ConfigMap")
    since = now(cluster_world, namespace)
    created = objects.create(type, config_map(namespace, "a", {"k": "1"}, labels={"app": "x"}))
    objects.patch(type, namespace, "a", {"data": {"k": "2"}})

    changes = cluster_world.watch.watch(
        type, resource_version=since, namespace=namespace, label_selector="app=x", seconds=20
    )
    first = next(iter(changes)).object

    assert first.type == type
    assert first.labels == {"app": "x"}
    assert first.resource_version == created["metadata"]["resourceVersion"]
    assert first.manifest() == created


def test_a_foreground_deletion_shows_first_that_it_was_asked_for(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    objects, type = cluster_world.objects, cluster_world.type("ConfigMap")
    objects.create(type, config_map(namespace, "a", labels={"app": "x"}))
    since = now(cluster_world, namespace)
    objects.delete(type, namespace, "a", propagation=Propagation.FOREGROUND)

    assert seen(cluster_world, 2, since=since, namespace=namespace, selector="app=x") == [
        ("MODIFIED", "a"),
        ("DELETED", "a"),
    ]


def test_a_watch_ends_by_itself_and_bookmarks_carry_nothing_but_a_version(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    type, since = cluster_world.type("ConfigMap"), now(cluster_world, namespace)
    cluster_world.objects.create(type, config_map(namespace, "a", labels={"app": "x"}))

    changes = list(
        cluster_world.watch.watch(
            type, resource_version=since, namespace=namespace, label_selector="app=x", seconds=1
        )
    )

    assert [change.object.name for change in changes if change.kind is ChangeKind.ADDED] == ["a"]
    # the real server sends bookmarks when it likes, at short watches none
    bookmarks = [change.object for change in changes if change.kind is ChangeKind.BOOKMARK]
    assert len(bookmarks) == len(changes) - 1
    assert all(int(each.resource_version) > int(since) and not each.name for each in bookmarks)


def test_a_start_that_the_server_has_forgotten_asks_for_a_new_list(cluster_world: ClusterWorld) -> None:
    # the history of a kind begins with its definition, in both worlds: nothing older can be replayed
    with (
        served(cluster_world, "Tide") as type,
        pytest.raises(ConflictError, match="too old resource version"),
    ):
        next(cluster_world.watch.watch(type, resource_version="1", seconds=5))


def test_watching_a_kind_that_is_not_served_is_an_error(cluster_world: ClusterWorld) -> None:
    unserved = ResourceType("example.invalid", "v1", "Widget", "widgets", True)
    with pytest.raises(NotFoundError):
        list(cluster_world.watch.watch(unserved, resource_version="1", seconds=1))
