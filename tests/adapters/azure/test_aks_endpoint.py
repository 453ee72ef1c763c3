"""What is taken from an AKS kubeconfig, and what may be stored of it."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from sandbox.arm.managed_cluster import ManagedCluster
from shared.adapters.azure.aks_endpoint import AKS_SERVER_ID, AksEndpoint, read_kubeconfig
from shared.domain.access.secret_text import SecretText
from shared.errors import UnavailableError
from shared.ports.cluster_credentials import ClusterAccess

SHOP = ManagedCluster("shop", "https://shop.invalid:443", ca_pem="CA", token="word")
KEY = base64.b64encode(b"secret-key").decode()
CERTIFICATE = base64.b64encode(b"certificate").decode()


def kubeconfig(cluster: ManagedCluster = SHOP, form: str = "exec", user: Any = None) -> bytes:
    data = base64.b64decode(cluster.credentials("clusterUser", form)["kubeconfigs"][0]["value"])
    document = json.loads(data)
    if user is not None:
        document["users"][0]["user"] = user
    return json.dumps(document).encode()


def read(data: bytes) -> AksEndpoint:
    return read_kubeconfig(data, "shop", 5.0)


@pytest.mark.parametrize("form", ["exec", "azure"])
def test_a_program_or_provider_becomes_the_audience_that_it_would_ask_for(form: str) -> None:
    found = read(kubeconfig(form=form))
    assert found == AksEndpoint(
        ClusterAccess("https://shop.invalid:443", "CA"), f"{AKS_SERVER_ID}/.default", 5.0
    )


@pytest.mark.parametrize(
    ("user", "scope"),
    [
        ({"exec": {"args": ["get-token", "--server-id", "own-app"]}}, "own-app/.default"),
        ({"exec": {"args": ["get-token"]}}, f"{AKS_SERVER_ID}/.default"),
        ({"exec": {"args": None, "command": "kubelogin"}}, f"{AKS_SERVER_ID}/.default"),
        ({"exec": {"args": ["--server-id"]}, "token": "x"}, f"{AKS_SERVER_ID}/.default"),
        ({"auth-provider": {"config": {"apiserver-id": "own-app"}}}, "own-app/.default"),
        ({"auth-provider": {"name": "azure"}}, f"{AKS_SERVER_ID}/.default"),
    ],
)
def test_a_cluster_with_an_app_of_its_own_is_asked_for_by_that(user: Any, scope: str) -> None:
    assert read(kubeconfig(user=user)).scope == scope


def test_a_local_account_is_taken_and_never_stored() -> None:
    found = read(kubeconfig(replace(SHOP, entra=False)))
    assert (found.scope, found.access.token) == ("", SecretText("word"))
    assert found.body() is None


def test_a_local_account_may_be_a_certificate() -> None:
    found = read(kubeconfig(user={"client-certificate-data": CERTIFICATE, "client-key-data": KEY}))
    assert found.access.client_certificate_pem == "certificate"
    assert found.access.client_key_pem == SecretText("secret-key")
    assert found.body() is None


def test_endpoint_and_ca_are_stored_and_read_back() -> None:
    found = read(kubeconfig())
    body = found.body()
    assert body is not None
    assert AksEndpoint.stored(json.loads(json.dumps(body))) == found


def test_what_another_version_stored_is_asked_for_again() -> None:
    assert AksEndpoint.stored({"v": 99, "place": "elsewhere"}) is None


def edited(**parts: Any) -> bytes:
    return json.dumps({**json.loads(kubeconfig(replace(SHOP, entra=False))), **parts}).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"word: [unclosed",
        edited(**{"current-context": "other"}),
        edited(clusters=[]),
        edited(clusters=None),
        kubeconfig(user={}),
        kubeconfig(user={"client-certificate-data": CERTIFICATE}),
        kubeconfig(user={"client-certificate-data": "word!", "client-key-data": KEY}),
    ],
)
def test_what_is_no_kubeconfig_is_refused_without_a_word_of_it(data: bytes) -> None:
    with pytest.raises(
        UnavailableError, match="Cluster shop: Azure answered a kubeconfig that we cannot"
    ) as no:
        read(data)
    assert "word" not in str(no.value)
    assert no.value.__cause__ is None
