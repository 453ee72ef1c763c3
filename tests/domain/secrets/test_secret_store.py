"""Stores: which vault, for whom, and what is refused before a token is sent anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.domain.secrets.secret_store import VaultStore, vault_name
from shared.errors import InvalidSpecError, PermissionDeniedError

URL = "https://ai-app-kv.vault.azure.net"
SEED = Path(__file__).parents[3] / "sandbox" / "seed"


def parsed(azure: Any = None, *, kind: str = "ClusterSecretStore", **spec: Any) -> VaultStore:
    provider = {"azurekv": {"authType": "ManagedIdentity", "vaultUrl": URL} if azure is None else azure}
    return VaultStore.parse(
        {
            "apiVersion": "external-secrets.io/v1",
            "kind": kind,
            "metadata": {"name": "vault", "namespace": "shop"},
            "spec": {"provider": provider, **spec},
        }
    )


def test_the_users_store_is_read_as_it_stands() -> None:
    manifest = yaml.safe_load((SEED / "cluster-secret-store.yaml").read_text())
    assert VaultStore.parse(manifest) == VaultStore("ClusterSecretStore", "", "azure-keyvault-store", URL)


def test_a_store_has_a_namespace_and_a_cluster_store_has_none() -> None:
    assert parsed(kind="SecretStore").namespace == "shop"
    assert parsed().namespace == ""


@pytest.mark.parametrize("auth", ["ManagedIdentity", "WorkloadIdentity"])
def test_the_apps_identity_stands_for_every_identity(auth: str) -> None:
    assert parsed({"authType": auth, "vaultUrl": URL}).vault == URL


@pytest.mark.parametrize("auth", ["ServicePrincipal", "", "Password"])
def test_credentials_are_refused_with_the_way_out(auth: str) -> None:
    with pytest.raises(
        InvalidSpecError, match=r"authType .* Write ManagedIdentity, and give the app's identity"
    ):
        parsed({"authType": auth, "vaultUrl": URL})


@pytest.mark.parametrize("written", [f"{URL}/", "https://AI-App-KV.vault.azure.net", f"{URL}:443/"])
def test_a_vault_has_one_spelling(written: str) -> None:
    assert parsed({"authType": "ManagedIdentity", "vaultUrl": written}).vault == URL


@pytest.mark.parametrize(
    "written",
    [
        "http://ai-app-kv.vault.azure.net",
        "https://evil.example",
        "https://evil.example/.vault.azure.net",
        "https://a.vault.azure.net.evil.example",
        "https://user@a.vault.azure.net",
        "https://a.vault.azure.net/secrets",
        "https://a.vault.azure.net:8443",
        "https://.vault.azure.net",
        "a.vault.azure.net",
    ],
)
def test_no_other_host_ever_gets_a_token(written: str) -> None:
    with pytest.raises(InvalidSpecError, match="vaultUrl is no address of a vault"):
        parsed({"authType": "ManagedIdentity", "vaultUrl": written})


@pytest.mark.parametrize("suffix", ["vault.azure.cn", "vault.usgovcloudapi.net"])
def test_other_clouds_have_other_names(suffix: str) -> None:
    assert parsed({"authType": "ManagedIdentity", "vaultUrl": f"https://kv.{suffix}"}).vault_name == "kv"


def test_what_is_missing_or_not_built_is_named() -> None:
    with pytest.raises(InvalidSpecError, match=r"spec\.provider\.azurekv\.vaultUrl is missing"):
        parsed({"authType": "ManagedIdentity"})
    with pytest.raises(InvalidSpecError, match=r"spec\.provider\.aws is no provider"):
        VaultStore.parse(
            {"apiVersion": "external-secrets.io/v1", "kind": "SecretStore", "spec": {"provider": {"aws": {}}}}
        )
    with pytest.raises(InvalidSpecError, match="names another controller"):
        parsed(controller="theirs")
    with pytest.raises(InvalidSpecError, match=r"namespaceSelector is not built yet"):
        parsed(conditions=[{"namespaceSelector": {"matchLabels": {}}}])


def test_a_version_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InvalidSpecError, match="apiVersion"):
        VaultStore.parse({"apiVersion": "external-secrets.io/v1alpha1", "kind": "SecretStore"})


def test_a_store_for_some_namespaces_is_for_no_others() -> None:
    store = parsed(conditions=[{"namespaces": ["a"]}, {"namespaces": ["b"]}])
    store.require_access("a")
    store.require_access("b")
    with pytest.raises(
        PermissionDeniedError, match=r'not allowed from namespace "c": denied by spec\.condition'
    ):
        store.require_access("c")
    parsed().require_access("c")


def test_the_name_of_a_vault() -> None:
    assert vault_name(URL) == "ai-app-kv"
