"""Who touches the Secret in the cluster wakes its ExternalSecret: by the sweep, and by the watch."""

from __future__ import annotations

import copy
import threading

import pytest

from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.secrets.secret_ref import SecretRef
from shared.ports.cluster_watch import ChangeKind
from tests.services.memory_cluster import SECRET
from tests.services.secret_worlds import SECRETS, data_of, external, ref_of, secrets_engine, store
from tests.services.worlds import Engine

TARGET = ResourceKey("", "Secret", "shop", "app-env")
AS_IT_WAS = {"API_KEY": "sk-one", "DB_URL": "postgres://one"}


def by_hand(world: Engine) -> None:
    world.cluster.change("Secret", "shop", "app-env", data={"API_KEY": "eA=="})


def test_the_sweep_finds_a_secret_that_was_changed() -> None:
    world = secrets_engine()
    world.scan()
    world.run_for(5)
    by_hand(world)
    world.scan()
    world.run_for(5)
    assert data_of(world) == AS_IT_WAS


def test_the_sweep_finds_a_secret_that_was_deleted() -> None:
    world = secrets_engine()
    world.scan()
    world.run_for(5)
    del world.cluster.objects[TARGET]
    world.scan()
    world.run_for(5)
    assert data_of(world) == AS_IT_WAS


def test_the_sweep_remembers_no_value() -> None:
    world = secrets_engine()
    world.scan()
    names = list(world.memory.blobs.list("inventory/"))
    assert any(name.endswith("core.Secret") for name in names)
    assert not any(b"sk-one" in (world.memory.blobs.get(name) or b"") for name in names)


@pytest.mark.parametrize("kind", [ChangeKind.MODIFIED, ChangeKind.DELETED])
def test_the_watch_has_a_change_put_back_at_once(kind: ChangeKind) -> None:
    world = secrets_engine()
    told = copy.deepcopy(world.cluster.objects[TARGET])
    by_hand(world)
    world.cluster.will_tell(kind, SECRET, told)
    stop = threading.Event()
    watching = threading.Thread(target=world.watch_clusters, args=(stop,))
    watching.start()
    try:
        for _ in range(200):
            if world.queue.peek(1):
                break
            stop.wait(0.01)
    finally:
        stop.set()
        watching.join()
    world.run_for(5)
    assert data_of(world) == AS_IT_WAS


def test_hints_are_taken_together() -> None:
    world = secrets_engine()
    for _ in range(5):
        world.wake_secret.soon(ref_of(world))
    assert len(world.queue.peek(10)) == 1


def test_nobody_is_woken_who_is_not_there() -> None:
    world = secrets_engine()
    gone = SecretRef("uid", "shop", "gone")
    world.wake_secret.soon(gone)
    assert not world.wake_secret(gone, whole=True)
    assert not world.queue.peek(1)


def test_what_is_asked_for_adds_up() -> None:
    world = secrets_engine()
    world.wake_secret(ref_of(world), ["b"])
    world.wake_secret(ref_of(world), ["a"])
    world.wake_secret(ref_of(world), whole=True)
    stored = world.secret_rows.get(ref_of(world))
    assert stored is not None
    assert (stored.wake.names, stored.wake.whole) == (("a", "b"), True)


def test_the_tree_shows_the_secret_below_its_external_secret_without_values() -> None:
    world = secrets_engine(store(), external())
    nodes = {node["kind"]: node for node in world.show_tree(SECRETS)["nodes"]}
    assert nodes["Secret"]["parentRefs"][0]["kind"] == "ExternalSecret"
    assert nodes["ExternalSecret"]["health"] == {"status": "Healthy", "message": "secret synced"}
    shown = world.read_live_objects(SECRETS)
    assert "sk-one" not in str(shown)
    assert "c2stb25l" not in str(shown)
