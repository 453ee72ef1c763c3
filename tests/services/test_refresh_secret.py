"""One refresh: only what changed is read, the Secret is as the vault says, and nothing is lost on errors."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.events.key_vault import VaultEvent
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.secrets.vault_access import VaultAccess
from shared.domain.work.message import WorkKind, WorkMessage
from shared.errors import InvalidRequestError, PermissionDeniedError, UnavailableError
from tests.services.secret_worlds import (
    SECRETS,
    VAULT,
    data_of,
    external,
    gets,
    push,
    ref_of,
    secrets_engine,
    state_of,
    store,
)
from tests.services.worlds import Engine

TARGET = ResourceKey("", "Secret", "shop", "app-env")


def tell(world: Engine, name: str) -> int:
    woken = world.receive_vault_event(VaultEvent(VAULT, name))
    world.run_for(5)
    return woken


def live(world: Engine) -> dict[str, Any]:
    return world.cluster.objects[TARGET]


def applies(world: Engine) -> int:
    return world.cluster.calls.count("apply Secret shop/app-env")


def test_an_event_reads_the_one_name_and_changes_the_one_key() -> None:
    world = secrets_engine()
    read = len(gets(world))
    world.vaults.put(VAULT, "api-key", "sk-two")
    assert tell(world, "api-key") == 1
    assert gets(world)[read:] == ["get api-key"]
    assert data_of(world) == {"API_KEY": "sk-two", "DB_URL": "postgres://one"}


def test_an_event_that_comes_twice_writes_once() -> None:
    world = secrets_engine()
    world.vaults.put(VAULT, "api-key", "sk-two")
    before = applies(world)
    tell(world, "api-key")
    tell(world, "api-key")
    assert applies(world) == before + 1


def test_the_same_value_again_writes_nothing_and_is_no_change() -> None:
    world = secrets_engine()
    before, changed = applies(world), state_of(world).changed_at
    world.clock.advance(timedelta(minutes=1))
    world.vaults.put(VAULT, "api-key", "sk-one")
    tell(world, "api-key")
    assert (applies(world), state_of(world).changed_at) == (before, changed)


def test_a_property_of_a_json_value() -> None:
    keys = {"USER": {"key": "db", "property": "login.user"}, "PORT": {"key": "db", "property": "port"}}
    world = secrets_engine(store())
    world.vaults.put(VAULT, "db", '{"login": {"user": "shop"}, "port": 5432}')
    push(world, store(), external(keys=keys))
    assert data_of(world) == {"USER": "shop", "PORT": "5432"}
    assert gets(world) == ["get db"], "one secret is read once, however many keys are made of it"


def test_a_property_that_is_missing_says_so_without_the_value() -> None:
    world = secrets_engine(store())
    world.vaults.put(VAULT, "db", '{"user": "canary-user"}')
    push(world, store(), external(keys={"P": {"key": "db", "property": "password"}}))
    assert "property password does not exist in key db" in state_of(world).message
    assert "canary" not in state_of(world).message


def test_a_pinned_version_stays() -> None:
    world = secrets_engine(store())
    first = world.vaults.put(VAULT, "pinned", "one")
    push(world, store(), external(keys={"K": {"key": "pinned", "version": first}}))
    world.vaults.put(VAULT, "pinned", "two")
    assert tell(world, "pinned") == 0
    world.scan_secrets()
    world.run_for(5)
    assert data_of(world) == {"K": "one"}


@pytest.mark.parametrize("encoded", ["aGk=", "aGk"])
def test_decoding(encoded: str) -> None:
    world = secrets_engine(store())
    world.vaults.put(VAULT, "b", encoded)
    push(world, store(), external(keys={"K": {"key": "b", "decodingStrategy": "Base64"}}))
    if encoded == "aGk=":
        assert data_of(world) == {"K": "hi"}
    else:
        assert state_of(world).message.startswith("ExternalSecret shop/app: data K is no Base64")


def test_a_secret_changed_by_hand_is_put_back() -> None:
    world = secrets_engine()
    world.cluster.change("Secret", "shop", "app-env", data={"API_KEY": base64.b64encode(b"by hand").decode()})
    world.wake_secret(ref_of(world))
    world.run_for(5)
    assert data_of(world) == {"API_KEY": "sk-one", "DB_URL": "postgres://one"}


def test_a_key_added_by_hand_goes() -> None:
    world = secrets_engine()
    world.cluster.change("Secret", "shop", "app-env", data={**live(world)["data"], "EXTRA": "eA=="})
    world.wake_secret(ref_of(world))
    world.run_for(5)
    assert data_of(world) == {"API_KEY": "sk-one", "DB_URL": "postgres://one"}


def test_a_secret_deleted_by_hand_comes_back() -> None:
    world = secrets_engine()
    del world.cluster.objects[TARGET]
    world.wake_secret(ref_of(world))
    world.run_for(5)
    assert data_of(world) == {"API_KEY": "sk-one", "DB_URL": "postgres://one"}


def test_a_look_at_an_intact_secret_reads_no_value_and_writes_nothing() -> None:
    world = secrets_engine()
    read, before = gets(world), applies(world)
    world.wake_secret(ref_of(world))
    world.run_for(5)
    assert (gets(world), applies(world)) == (read, before)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"enabled": False}, "disabled"), ({"not_before": None}, ""), ({"delete": True}, "does not exist")],
)
def test_a_secret_that_cannot_be_read_is_named_and_the_old_secret_stays(
    change: dict[str, Any], words: str
) -> None:
    world = secrets_engine()
    if change.pop("delete", False):
        world.vaults.delete(VAULT, "api-key")
    elif "not_before" in change:
        words = "not yet valid"
        world.vaults.change(VAULT, "api-key", not_before=world.clock.now() + timedelta(days=1))
    else:
        world.vaults.change(VAULT, "api-key", **change)
    tell(world, "api-key")
    assert f"Secret api-key in vault {VAULT}" in state_of(world).message
    assert words in state_of(world).message
    assert world.state(SECRETS) == ("Synced", "Degraded")
    assert data_of(world) == {"API_KEY": "sk-one", "DB_URL": "postgres://one"}


def test_it_is_tried_again_until_the_vault_can_be_read() -> None:
    world = secrets_engine()
    world.vaults.failure = UnavailableError("the vault is throttled", 17)
    world.vaults.put(VAULT, "api-key", "sk-two")
    world.receive_vault_event(VaultEvent(VAULT, "api-key"))
    world.run_for(10)
    assert "throttled" in state_of(world).message
    assert len([call for call in gets(world) if "api-key" in call]) == 2, "its own wish is honoured"
    world.vaults.failure = None
    world.run_for(20)
    assert data_of(world) == {"API_KEY": "sk-two", "DB_URL": "postgres://one"}
    assert world.state(SECRETS) == ("Synced", "Healthy")


def test_a_role_that_is_missing_says_so() -> None:
    world = secrets_engine()
    world.vaults.failure = PermissionDeniedError("Caller is not authorized. Give the app's identity the role")
    tell(world, "api-key")
    assert "Give the app's identity the role" in world.status(SECRETS).health.message


def test_an_expired_secret_is_used_on_and_named() -> None:
    world = secrets_engine()
    world.vaults.change(VAULT, "api-key", expires=world.clock.now() - timedelta(days=1))
    tell(world, "api-key")
    assert state_of(world).message == (
        "secret synced; expired in vault ai-app-kv, and used on: api-key. Set a new version"
    )
    assert world.state(SECRETS) == ("Synced", "Healthy")


def test_another_target_name_moves_the_secret() -> None:
    world = secrets_engine()
    push(world, store(), external(target={"name": "other-env"}))
    assert (data_of(world), data_of(world, "other-env")) == (
        None,
        {"API_KEY": "sk-one", "DB_URL": "postgres://one"},
    )


def test_a_key_that_left_the_spec_leaves_the_secret() -> None:
    world = secrets_engine()
    push(world, store(), external(keys={"API_KEY": "api-key"}))
    assert data_of(world) == {"API_KEY": "sk-one"}


def test_an_owner_adopts_a_secret_and_drops_what_is_not_its_own() -> None:
    world = secrets_engine(store())
    world.cluster.add(
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "app-env", "namespace": "shop"}}
        | {"data": {"OLD": "eA=="}}
    )
    push(world, store(), external())
    assert data_of(world) == {"API_KEY": "sk-one", "DB_URL": "postgres://one"}


def test_a_secret_of_an_application_is_not_taken() -> None:
    tracking = {"argocd.argoproj.io/tracking-id": "web:/Secret:shop/app-env"}
    world = secrets_engine(store())
    metadata = {"name": "app-env", "namespace": "shop", "annotations": tracking}
    world.cluster.add({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"OLD": "eA=="}})
    push(world, store(), external())
    assert "target is owned by the application web" in state_of(world).message
    assert data_of(world) == {"OLD": "x"}


def test_two_that_want_one_secret_are_told() -> None:
    world = secrets_engine(store(), external(), external("more", target={"name": "app-env"}))
    states = {state_of(world, name).reason for name in ("app", "more")}
    assert states == {"SecretSynced", "SecretSyncedError"}


def test_merging_keeps_what_others_put_there_and_takes_back_only_its_own() -> None:
    world = secrets_engine(store())
    metadata = {"name": "app-env", "namespace": "shop"}
    world.cluster.add(
        {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"THEIRS": "eA=="}}
    )
    target = {"name": "app-env", "creationPolicy": "Merge"}
    push(world, store(), external(target=target))
    assert data_of(world) == {"API_KEY": "sk-one", "DB_URL": "postgres://one", "THEIRS": "x"}
    push(world, store(), external(target=target, keys={"API_KEY": "api-key"}))
    assert data_of(world) == {"API_KEY": "sk-one", "THEIRS": "x"}
    assert "labels" not in live(world)["metadata"]


def test_merging_waits_for_the_secret() -> None:
    world = secrets_engine(store(), external(target={"name": "app-env", "creationPolicy": "Merge"}))
    assert (state_of(world).reason, data_of(world)) == ("SecretMissing", None)
    assert world.state(SECRETS) == ("Synced", "Healthy")


def test_none_reads_and_writes_nothing() -> None:
    world = secrets_engine(store(), external(target={"name": "app-env", "creationPolicy": "None"}))
    assert (state_of(world).reason, data_of(world)) == ("SecretSynced", None)


def test_a_store_for_other_namespaces_is_refused() -> None:
    world = secrets_engine(store(conditions=[{"namespaces": ["other"]}]), external())
    assert 'using cluster store "vault" is not allowed from namespace "shop"' in state_of(world).message
    assert gets(world) == []


def test_a_store_of_tidegates_own_vault_is_refused_and_nothing_is_read() -> None:
    world = secrets_engine(vaults=VaultAccess(own=VAULT))
    assert "which holds Tidegate's own credentials" in state_of(world).message
    assert world.state(SECRETS) == ("Synced", "Degraded")
    assert (world.vaults.calls, data_of(world)) == ([], None)


def test_access_that_is_taken_away_leaves_the_secret_and_reads_no_more() -> None:
    world = secrets_engine()
    read = gets(world)
    world.settings = replace(world.settings, vaults=VaultAccess.parse("", f"{VAULT} other"))
    del world.refresh_secret  # as the next process makes it
    world.vaults.put(VAULT, "api-key", "sk-two")
    tell(world, "api-key")
    assert "is not allowed for the namespace shop of the cluster" in state_of(world).message
    assert gets(world) == read
    assert data_of(world) == {"API_KEY": "sk-one", "DB_URL": "postgres://one"}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("", False),
        (f"{VAULT} shop", True),
        (f"{VAULT} shop in-cluster", True),
        (f"{VAULT} shop other-cluster", False),
        (f"{VAULT} other", False),
    ],
)
def test_a_store_of_a_namespace_needs_a_rule(rules: str, expected: bool) -> None:
    ref = {"name": "vault", "kind": "SecretStore"}
    manifests = (store(kind="SecretStore"), external(secretStoreRef=ref))
    world = secrets_engine(*manifests, vaults=VaultAccess.parse("", rules))
    assert (data_of(world) is not None, bool(gets(world))) == (expected, expected)
    assert ("TIDEGATE_VAULT_ACCESS" in state_of(world).message) is not expected


def test_the_secret_carries_our_label_and_no_tracking() -> None:
    mine = external()
    mine["metadata"] |= {
        "labels": {"team": "ai", "app.kubernetes.io/instance": "x"},
        "annotations": {"argocd.argoproj.io/tracking-id": "x:y/z:a/b", "note": "n"},
    }
    metadata = live(secrets_engine(store(), mine))["metadata"]
    assert metadata["labels"].keys() == {"team", "tidegate.dev/installation"}
    assert metadata["annotations"] == {"note": "n", "tidegate.dev/external-secret": "app"}


def test_a_cluster_that_refuses_is_named_and_asked_again() -> None:
    world = secrets_engine(store())
    refusal = InvalidRequestError('namespaces "shop" not found')
    world.cluster.refusals["apply Secret shop/app-env"] = refusal
    push(world, store(), external())
    assert state_of(world).message == 'namespaces "shop" not found'
    del world.cluster.refusals["apply Secret shop/app-env"]
    world.run_for(10)
    assert data_of(world) is not None


def test_a_message_with_another_token_is_dropped() -> None:
    world = secrets_engine()
    read = gets(world)
    world.refresh_secret(WorkMessage(WorkKind.SECRET, str(ref_of(world)), "0" * 32))
    assert gets(world) == read


def test_what_is_asked_for_during_a_refresh_is_not_lost() -> None:
    world = secrets_engine(store())

    def meanwhile() -> None:
        world.cluster.meanwhile = lambda: None
        world.vaults.put(VAULT, "api-key", "sk-two")
        world.receive_vault_event(VaultEvent(VAULT, "api-key"))

    world.cluster.meanwhile = meanwhile
    push(world, store(), external())
    assert data_of(world) == {"API_KEY": "sk-two", "DB_URL": "postgres://one"}
