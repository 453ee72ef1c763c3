"""What moves in a cluster wakes its application at once; a watch only hints and never dies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.tracking import INSTALLATION, TRACKING_ID
from shared.domain.specs.app_ref import AppRef
from shared.errors import ConflictError, TidegateError, UnavailableError
from shared.ports.cluster_watch import ChangeKind
from tests.services.memory_cluster import CONFIG_MAP
from tests.services.worlds import SHOP, Engine, application, config_map, synced_engine

_PATIENCE_SECONDS = 10.0


@contextmanager
def watching(world: Engine) -> Iterator[None]:
    """The worker of the host, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=world.watch_clusters, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_PATIENCE_SECONDS)
        assert not thread.is_alive()


def eventually(met: Callable[[], bool]) -> bool:
    waited = threading.Event()
    for _ in range(int(_PATIENCE_SECONDS / 0.01)):
        if met():
            return True
        waited.wait(0.01)
    return False


def tracked(name: str = "greeting", tracking: str = "shop:/ConfigMap:shop/greeting") -> Manifest:
    return config_map(name, namespace="shop", annotations={TRACKING_ID: tracking})


def is_woken(world: Engine, ref: AppRef = SHOP) -> bool:
    return "live" in world.status(ref).wake.reasons


@pytest.mark.parametrize("kind", [ChangeKind.ADDED, ChangeKind.MODIFIED, ChangeKind.DELETED])
def test_a_change_wakes_the_application_of_the_object(kind: ChangeKind) -> None:
    world = synced_engine()
    world.cluster.will_tell(kind, CONFIG_MAP, tracked())
    with watching(world):
        assert eventually(lambda: is_woken(world))
    due = world.status().wake.due
    assert due is not None
    assert due - world.clock.now() <= timedelta(seconds=1)


def test_a_status_that_moves_is_looked_at_less_hastily_than_what_may_be_drift() -> None:
    waits = []
    for changed in ({"status": {"seen": 1}}, {"data": {"text": "by hand"}}):
        world = synced_engine()
        live = next(found for key, found in world.cluster.objects.items() if key.name == "greeting")
        world.cluster.will_tell(ChangeKind.MODIFIED, CONFIG_MAP, {**live, **changed})
        with watching(world):
            assert eventually(lambda at=world: is_woken(at))  # type: ignore[misc]
        due = world.status().wake.due
        assert due is not None
        waits.append(due - world.clock.now())
    assert waits[0] > waits[1]
    assert waits[0] <= timedelta(seconds=1)


def test_what_moved_while_a_watch_was_broken_is_found_by_the_list_that_follows() -> None:
    world = synced_engine()
    watch = f"watch ConfigMap {INSTALLATION}={world.installation()}"
    with watching(world):
        assert eventually(lambda: watch in world.cluster.calls)
        world.cluster.refusals[watch] = ConflictError("too old resource version")
        assert eventually(lambda: sum(call.startswith("list") for call in world.cluster.calls) >= 2)
        assert not is_woken(world), "what did not move wakes nobody"
        world.cluster.change("ConfigMap", "shop", "greeting", data={"text": "by hand"})
        assert eventually(lambda: is_woken(world))


def test_many_changes_make_one_look() -> None:
    world = synced_engine()
    for _ in range(20):
        world.cluster.will_tell(ChangeKind.MODIFIED, CONFIG_MAP, tracked())
    with watching(world):
        assert eventually(lambda: not world.cluster.changes and is_woken(world))
    assert world.queue.length() <= 2


@pytest.mark.parametrize(
    ("kind", "manifest"),
    [
        (ChangeKind.BOOKMARK, tracked()),
        (ChangeKind.MODIFIED, config_map("greeting", namespace="shop")),
        (ChangeKind.MODIFIED, tracked("a-copy-of-it")),
        (ChangeKind.MODIFIED, tracked(tracking="nonsense")),
        (ChangeKind.MODIFIED, tracked(tracking="nobody:/ConfigMap:shop/greeting")),
    ],
    ids=["bookmark", "untracked", "copied annotation", "unreadable", "of nobody"],
)
def test_what_is_not_about_our_objects_wakes_nobody(kind: ChangeKind, manifest: Manifest) -> None:
    world = synced_engine()
    world.cluster.will_tell(kind, CONFIG_MAP, manifest)
    with watching(world):
        assert eventually(lambda: not world.cluster.changes)
        assert eventually(lambda: sum(call.startswith("watch") for call in world.cluster.calls) > 1)
    assert not is_woken(world)
    assert world.rows.status(AppRef("argocd", "nobody")).etag is None


def test_an_application_of_another_namespace_is_found_by_its_instance_name() -> None:
    world = synced_engine()
    manifest = application()
    manifest["metadata"]["namespace"] = "team"
    ref = world.add(manifest)
    world.run_for(5)
    world.cluster.will_tell(
        ChangeKind.MODIFIED, CONFIG_MAP, tracked(tracking="team_shop:/ConfigMap:shop/greeting")
    )
    with watching(world):
        assert eventually(lambda: is_woken(world, ref))


def test_only_objects_of_this_installation_are_listed_and_watched() -> None:
    world = synced_engine()
    with watching(world):
        assert eventually(lambda: any(call.startswith("watch") for call in world.cluster.calls))
    selector = f"{INSTALLATION}={world.installation()}"
    asked = [call for call in world.cluster.calls if call.startswith(("list", "watch"))]
    assert asked
    assert all(call.endswith(selector) for call in asked)


@pytest.mark.parametrize(
    "failure",
    [UnavailableError("Cluster memory: does not answer"), ConflictError("too old resource version")],
)
def test_a_watch_that_breaks_begins_again_from_a_list(failure: TidegateError) -> None:
    world = synced_engine()
    selector = f"{INSTALLATION}={world.installation()}"
    world.cluster.refusals[f"watch ConfigMap {selector}"] = failure
    with watching(world):
        assert eventually(lambda: sum(call.startswith("list") for call in world.cluster.calls) >= 2)
        world.cluster.refusals.clear()
        world.cluster.will_tell(ChangeKind.MODIFIED, CONFIG_MAP, tracked())
        assert eventually(lambda: is_woken(world))


def test_a_bug_in_one_watch_does_not_end_it_for_ever() -> None:
    world = synced_engine()
    selector = f"{INSTALLATION}={world.installation()}"
    world.cluster.refusals[f"watch ConfigMap {selector}"] = ZeroDivisionError("a bug")
    died: list[str] = []
    before, threading.excepthook = threading.excepthook, lambda args: died.append(str(args.exc_value))
    try:
        with watching(world):
            assert eventually(lambda: bool(died))
            world.cluster.refusals.clear()
            world.cluster.will_tell(ChangeKind.MODIFIED, CONFIG_MAP, tracked())
            assert eventually(lambda: is_woken(world))
    finally:
        threading.excepthook = before
    assert set(died) == {"a bug"}


def test_a_stream_that_ends_at_once_is_not_asked_for_in_a_frenzy() -> None:
    world = synced_engine()
    with watching(world):
        threading.Event().wait(0.5)
    assert sum(call.startswith("watch") for call in world.cluster.calls) < 20
