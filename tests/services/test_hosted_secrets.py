"""ExternalSecrets and stores of an Application: kept here, shown with their status, removed with care."""

from __future__ import annotations

import pytest

from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.app_ref import AppRef
from shared.errors import ConflictError, InvalidSpecError, UnavailableError
from tests.services.secret_worlds import (
    KEY,
    SECRETS,
    data_of,
    external,
    files,
    gets,
    push,
    secrets_engine,
    state_of,
    store,
)
from tests.services.worlds import Engine, application, config_map, engine

STORE = ResourceKey("external-secrets.io", "ClusterSecretStore", "", "vault")


def test_the_secret_is_in_the_cluster_and_the_external_secret_is_not() -> None:
    world = secrets_engine()
    assert world.state(SECRETS) == ("Synced", "Healthy")
    assert data_of(world) == {"API_KEY": "sk-one", "DB_URL": "postgres://one"}
    assert world.cluster.named("ExternalSecret") == []


def test_they_are_seen_with_their_status_by_their_parent_only() -> None:
    world = secrets_engine()
    world.add(application("other", path="other"))
    seen = world.hosted.live(SECRETS, [KEY, STORE])
    assert seen[KEY]["status"]["conditions"][0]["reason"] == "SecretSynced"
    assert seen[STORE]["status"]["conditions"][0]["reason"] == "Valid"
    assert world.hosted.live(AppRef("argocd", "other"), [KEY, STORE]) == {}


def test_a_store_that_comes_late_wakes_those_who_wait_for_it() -> None:
    world = secrets_engine(external())
    assert world.state(SECRETS)[1] == "Degraded"
    assert "could not get ClusterSecretStore vault" in state_of(world).message
    push(world, external(), store())
    assert world.state(SECRETS) == ("Synced", "Healthy")


def test_what_another_application_declares_is_refused() -> None:
    world = secrets_engine()
    world.receive_push(world.push({**files(), "more/again.yaml": external()}))
    more = world.add(application("more"))
    world.run_for(5)
    operation = world.status(more).operation
    assert operation is not None
    assert "belongs to the application argocd/secrets already" in operation.results[0].message


def test_what_was_left_behind_may_be_taken_over() -> None:
    world = secrets_engine()
    world.hosted_applications.request_deletion(SECRETS)
    world.run_for(5)
    assert data_of(world) is not None, "an application without the finalizer leaves its objects"
    again = world.add(application("again", path="secrets"))
    world.run_for(5)
    assert world.state(again) == ("Synced", "Healthy")


def test_what_was_left_behind_is_served_on() -> None:
    world = secrets_engine()
    world.hosted_applications.request_deletion(SECRETS)
    world.run_for(5)
    world.vaults.put("https://ai-app-kv.vault.azure.net", "api-key", "sk-two")
    world.scan_secrets()
    world.run_for(5)
    assert (data_of(world) or {})["API_KEY"] == "sk-two"


def test_an_external_secret_that_leaves_git_takes_its_secret_along() -> None:
    world = secrets_engine(store(), external(), config_map("stays"))
    push(world, store(), config_map("stays"))
    assert data_of(world) is None
    assert list(world.secret_rows.all()) == []
    assert world.secret_rows.using("https://ai-app-kv.vault.azure.net", "api-key") == []


@pytest.mark.parametrize("policy", ["Orphan", "Merge"])
def test_a_secret_that_is_not_owned_stays(policy: str) -> None:
    kept = external(target={"name": "app-env", "creationPolicy": policy})
    world = engine(files(store(), kept, config_map("stays")))
    world.cluster.add(secret("app-env", THEIRS="aGk="))
    world.vaults.put("https://ai-app-kv.vault.azure.net", "api-key", "sk-one")
    world.vaults.put("https://ai-app-kv.vault.azure.net", "db-url", "postgres://one")
    world.add(application("secrets"))
    world.run_for(5)
    assert (data_of(world) or {})["THEIRS"] == "hi"
    push(world, store(), config_map("stays"))
    assert data_of(world) is not None


def test_pruning_reaches_the_secret_and_the_guard_counts_it() -> None:
    world = secrets_engine()
    reach = world.hosted.reach(SECRETS, [KEY, STORE], [KEY])
    assert reach.removed == (ResourceKey("", "Secret", "shop", "app-env"),)
    assert reach.reachable == 3


def test_many_external_secrets_that_leave_git_at_once_need_a_person() -> None:
    many = [external(f"app-{number}") for number in range(7)]
    world = secrets_engine(store(), *many)
    push(world, store(), many[0])
    assert len(world.cluster.named("Secret")) == 7
    assert any("would prune too much" in found.message for found in world.status(SECRETS).conditions)


def test_nothing_is_forgotten_while_the_cluster_is_away() -> None:
    world = secrets_engine()
    world.cluster.failure = UnavailableError("away")
    with pytest.raises(UnavailableError):
        world.hosted.prune(SECRETS, KEY)
    world.cluster.failure = None
    assert len(list(world.secret_rows.all())) == 1
    assert data_of(world) is not None


def test_a_secret_of_somebody_else_is_not_deleted() -> None:
    world = secrets_engine()
    world.cluster.objects[ResourceKey("", "Secret", "shop", "app-env")]["metadata"]["annotations"] = {}
    world.hosted.prune(SECRETS, KEY)
    assert data_of(world) is not None


def test_the_same_again_wakes_nobody() -> None:
    world = secrets_engine()
    read = gets(world)
    assert world.hosted.apply(SECRETS, external()) == "externalsecret.external-secrets.io/app unchanged"
    world.run_for(5)
    assert gets(world) == read


def test_what_is_not_built_yet_is_refused_with_its_field() -> None:
    world = secrets_engine()
    with pytest.raises(InvalidSpecError, match=r"ExternalSecret shop/app: spec\.dataFrom is not built yet"):
        world.hosted.apply(SECRETS, external(dataFrom=[{"extract": {"key": "all"}}]))
    with pytest.raises(InvalidSpecError, match="PushSecret"):
        world.hosted.apply(SECRETS, {**external(), "kind": "PushSecret"})


def test_a_store_of_another_application_is_refused() -> None:
    world = secrets_engine()
    world.add(application("other", path="other"))
    with pytest.raises(ConflictError, match="ClusterSecretStore vault belongs to the application"):
        world.hosted.apply(AppRef("argocd", "other"), store(conditions=[]))


def secret(name: str, **data: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": "shop"},
        "data": data,
    }


def test_a_lost_store_comes_back_from_git_and_the_secret_is_not_touched() -> None:
    """An application of both kinds: what runs is what Git says, so nothing has to rest."""
    world = secrets_engine(store(), external(), config_map("beside"))
    for document in [*world.ports.documents.scan("applications").documents]:
        world.ports.documents.delete(document)
    for partition in ("application-status", "external-secrets", "secret-stores"):
        for document in world.ports.documents.scan(partition).documents:
            world.ports.documents.delete(document)
    age(world)
    version = world.cluster.objects[TARGET]["metadata"]["resourceVersion"]
    again = world.add(application("secrets"))
    world.run_for(10)
    assert world.state(again) == ("Synced", "Healthy")
    assert world.cluster.objects[TARGET]["metadata"]["resourceVersion"] == version


TARGET = ResourceKey("", "Secret", "shop", "app-env")


def age(world: Engine) -> None:
    """Have everything in the cluster be older than the store."""
    for found in world.cluster.objects.values():
        found["metadata"]["creationTimestamp"] = "2025-01-01T00:00:00Z"
