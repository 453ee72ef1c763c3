"""The sandbox's Azure Resource Manager, asked by Microsoft's own SDKs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.identity import CredentialUnavailableError, ManagedIdentityCredential
from azure.mgmt.containerservice import ContainerServiceClient

from sandbox.arm.entra import AKS_RESOURCE, SandboxEntra
from sandbox.arm.managed_cluster import SUBSCRIPTION, ManagedCluster
from sandbox.arm.server import SandboxArm
from shared.adapters.system.clock import FixedClock

PLAIN: dict[str, Any] = {"enforce_https": False}
SHOP = ManagedCluster("shop", "https://shop.hcp.eastus.azmk8s.io:443", tags={"team": "shop"})
OLD = ManagedCluster("old", "https://old.hcp.eastus.azmk8s.io:443", "t0ken", entra=False, local_accounts=True)


@pytest.fixture
def arm() -> Iterator[SandboxArm]:
    with SandboxArm(page_size=2) as arm:
        for cluster in (SHOP, OLD, replace(SHOP, name="third"), replace(SHOP, name="leaving")):
            arm.put(cluster)
        yield arm


@pytest.fixture
def sdk(arm: SandboxArm) -> Iterator[ContainerServiceClient]:
    with ContainerServiceClient(arm.credential(), SUBSCRIPTION, base_url=arm.url, retry_total=0) as client:
        yield client


def kubeconfig_user(sdk: ContainerServiceClient, name: str, form: str = "exec") -> dict[str, Any]:
    found = sdk.managed_clusters.list_cluster_user_credentials("clusters", name, format=form, **PLAIN)
    document = json.loads(bytes((found.kubeconfigs or [])[0].value or b""))
    user: dict[str, Any] = document["users"][0]["user"]
    return user


def test_the_clusters_of_a_subscription_come_in_pages(arm: SandboxArm, sdk: ContainerServiceClient) -> None:
    assert [found.name for found in sdk.managed_clusters.list(**PLAIN)] == ["shop", "old", "third", "leaving"]
    assert arm.asked("managedClusters") == 2


def test_a_cluster_tells_of_itself_whatever_the_case_of_its_id(sdk: ContainerServiceClient) -> None:
    found = sdk.managed_clusters.get("CLUSTERS", "Shop", **PLAIN)
    assert (found.id, found.tags) == (SHOP.id, {"team": "shop"})
    assert (found.disable_local_accounts, found.fqdn) == (True, "shop.hcp.eastus.azmk8s.io")


def test_with_entra_the_user_is_a_program_or_a_provider(sdk: ContainerServiceClient) -> None:
    program = kubeconfig_user(sdk, "shop")["exec"]
    assert program["command"] == "kubelogin"
    assert program["args"][program["args"].index("--server-id") + 1] == AKS_RESOURCE
    provider = kubeconfig_user(sdk, "shop", "azure")["auth-provider"]
    assert provider["config"]["apiserver-id"] == AKS_RESOURCE


def test_with_local_accounts_the_user_is_a_token(sdk: ContainerServiceClient) -> None:
    assert kubeconfig_user(sdk, "old") == {"token": "t0ken"}
    admin = sdk.managed_clusters.list_cluster_admin_credentials("clusters", "old", **PLAIN)
    assert [each.name for each in admin.kubeconfigs or []] == ["clusterAdmin"]


def test_without_local_accounts_there_is_no_admin(sdk: ContainerServiceClient) -> None:
    with pytest.raises(HttpResponseError, match="set to disable local accounts") as refused:
        sdk.managed_clusters.list_cluster_admin_credentials("clusters", "shop", **PLAIN)
    assert refused.value.status_code == 400


def test_what_is_not_there_is_404(arm: SandboxArm, sdk: ContainerServiceClient) -> None:
    arm.remove(OLD)
    with pytest.raises(ResourceNotFoundError, match="managedClusters/old' under resource group 'clusters'"):
        sdk.managed_clusters.get("clusters", "old", **PLAIN)
    with (
        ContainerServiceClient(arm.credential(), "another", base_url=arm.url) as elsewhere,
        pytest.raises(ResourceNotFoundError, match="SubscriptionNotFound"),
    ):
        list(elsewhere.managed_clusters.list(**PLAIN))


def test_without_the_role_the_credentials_are_403(arm: SandboxArm, sdk: ContainerServiceClient) -> None:
    arm.deny(SHOP)
    with pytest.raises(HttpResponseError, match="AuthorizationFailed") as refused:
        kubeconfig_user(sdk, "shop")
    assert refused.value.status_code == 403
    arm.deny(SHOP, denied=False)
    assert kubeconfig_user(sdk, "shop")


def test_a_bad_token_is_401(arm: SandboxArm, sdk: ContainerServiceClient) -> None:
    list(sdk.managed_clusters.list(**PLAIN))
    arm.entra.revoke()
    with pytest.raises(ClientAuthenticationError, match="InvalidAuthenticationToken"):
        sdk.managed_clusters.get("clusters", "shop", **PLAIN)


def test_a_token_for_something_else_is_401(arm: SandboxArm) -> None:
    class Mistaken:
        def get_token(self, *scopes: str, **_: object) -> Any:
            return arm.credential().get_token(f"{AKS_RESOURCE}/.default")

    mistaken: Any = Mistaken()
    with (
        ContainerServiceClient(mistaken, SUBSCRIPTION, base_url=arm.url) as client,
        pytest.raises(ClientAuthenticationError),
    ):
        client.managed_clusters.get("clusters", "shop", **PLAIN)


def test_throttling_says_when_to_come_again(arm: SandboxArm, sdk: ContainerServiceClient) -> None:
    arm.throttle(1, retry_after_seconds=9)
    with pytest.raises(HttpResponseError) as refused:
        sdk.managed_clusters.get("clusters", "shop", **PLAIN)
    headers = getattr(refused.value.response, "headers", {})
    assert (refused.value.status_code, headers["Retry-After"]) == (429, "9")
    assert sdk.managed_clusters.get("clusters", "shop", **PLAIN).name == "shop"


def test_the_sdks_own_retries_outlast_a_short_break(arm: SandboxArm) -> None:
    arm.throttle(1, retry_after_seconds=0)
    with ContainerServiceClient(
        arm.credential(), SUBSCRIPTION, base_url=arm.url, retry_backoff_factor=0
    ) as patient:
        assert patient.managed_clusters.get("clusters", "shop", **PLAIN).name == "shop"
    assert [each.status for each in arm.requests] == [429, 200]


def test_a_breakdown_is_503_until_it_is_over(arm: SandboxArm, sdk: ContainerServiceClient) -> None:
    arm.break_down()
    with pytest.raises(HttpResponseError) as refused:
        sdk.managed_clusters.get("clusters", "shop", **PLAIN)
    assert refused.value.status_code == 503
    arm.break_down(broken=False)
    assert sdk.managed_clusters.get("clusters", "shop", **PLAIN)


def test_azures_own_identity_library_gets_tokens_here(
    arm: SandboxArm, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in arm.identity.items():
        monkeypatch.setenv(name, value)
    with ManagedIdentityCredential(client_id="0000-c1") as identity:
        token = identity.get_token(f"{AKS_RESOURCE}/.default")
        assert arm.entra.opens_cluster(token.token)
        assert identity.get_token(f"{AKS_RESOURCE}/.default").token == token.token
        challenged = identity.get_token(f"{AKS_RESOURCE}/.default", claims='{"access_token":{}}')
        assert challenged.token != token.token
    assert "client_id=0000-c1" in arm.requests[0].url


def test_the_identity_is_for_who_knows_the_header(arm: SandboxArm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", arm.identity["IDENTITY_ENDPOINT"])
    monkeypatch.setenv("IDENTITY_HEADER", "guessed")
    with closing(ManagedIdentityCredential()) as identity, pytest.raises(CredentialUnavailableError):
        identity.get_token(f"{AKS_RESOURCE}/.default")


@pytest.mark.parametrize("tag", ["tidegate.dev/cluster", "a<b", "what?"])
def test_tags_that_azure_refuses_are_refused_here(tag: str) -> None:
    with pytest.raises(ValueError, match="Azure takes no tag named"):
        ManagedCluster("shop", "https://shop.invalid", tags={tag: "yes"})


def test_a_token_is_good_for_one_resource_until_it_ends() -> None:
    clock = FixedClock()
    entra = SandboxEntra(clock, timedelta(minutes=5))
    token = entra.issue(f"{AKS_RESOURCE}/").text
    assert entra.accepts(token, AKS_RESOURCE)
    assert not entra.accepts(token, "https://management.azure.com")
    assert not entra.accepts("made-up", AKS_RESOURCE)
    clock.advance(timedelta(minutes=5))
    assert not entra.accepts(token, AKS_RESOURCE)


def test_the_credential_keeps_a_token_until_five_minutes_before_its_end() -> None:
    clock = FixedClock()
    credential = SandboxArm(SandboxEntra(clock)).credential()
    first = credential.get_token("a/.default")
    clock.advance(timedelta(minutes=54))
    assert credential.get_token("a/.default") == first
    assert credential.get_token("b/.default") != first
    clock.advance(timedelta(minutes=2))
    assert credential.get_token("a/.default") != first
