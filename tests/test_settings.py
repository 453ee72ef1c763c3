"""Which home the environment chooses."""

from __future__ import annotations

import pytest

from shared.domain.access.secret_text import SecretText
from shared.domain.secrets.vault_access import VaultAccess, VaultRule
from shared.errors import InvalidRequestError
from shared.settings import DiscoverySettings, StateHome, StorageSettings, load_settings


def test_nothing_said_is_the_embedded_home() -> None:
    settings = load_settings({})
    assert settings.state is StateHome.SQLITE
    assert settings.storage == StorageSettings()


def test_azurite_is_where_it_always_is_unless_told() -> None:
    assert load_settings({"TIDEGATE_STATE": "azurite"}).storage.connection == SecretText(
        "UseDevelopmentStorage=true"
    )
    told = load_settings({"TIDEGATE_STATE": "azurite", "AzureWebJobsStorage": "AccountName=a;AccountKey=k"})
    assert told.storage.connection == SecretText("AccountName=a;AccountKey=k")


def test_on_azure_an_identity_enters_the_account() -> None:
    settings = load_settings(
        {
            "TIDEGATE_STATE": "azure",
            "AzureWebJobsStorage__accountName": "shopstate",
            "AzureWebJobsStorage__clientId": "11111111-2222-3333-4444-555555555555",
            "TIDEGATE_VAULT": "https://kv-tidegate.vault.azure.net/",
        }
    )
    assert settings.state is StateHome.AZURE
    assert settings.storage == StorageSettings(None, "shopstate", "11111111-2222-3333-4444-555555555555")


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        (
            {"TIDEGATE_STATE": "postgres"},
            "TIDEGATE_STATE must be one of sqlite, azure, azurite, not 'postgres'",
        ),
        ({"TIDEGATE_STATE": "azure"}, "TIDEGATE_STATE=azure needs AzureWebJobsStorage__accountName"),
        ({"TIDEGATE_STATE": "azure"}, r"TIDEGATE_STATE=azure needs TIDEGATE_VAULT, https://NAME\.vault"),
        (
            {"TIDEGATE_VAULT": "kv-tidegate"},
            "TIDEGATE_VAULT must be the address of a vault, https://.*, not 'kv-tidegate'",
        ),
        ({"TIDEGATE_VAULT_ACCESS": "shop-kv shop"}, "TIDEGATE_VAULT_ACCESS: shop-kv fits no vault. Write"),
    ],
)
def test_a_home_that_cannot_be_is_named(environment: dict[str, str], problem: str) -> None:
    with pytest.raises(InvalidRequestError, match=problem):
        load_settings(environment)


def test_a_vault_of_our_own_has_one_spelling_and_rules_say_who_reads_others() -> None:
    access = "https://shop-*.vault.azure.net shop,shop-* prod; https://*.vault.azure.net ai"
    loaded = load_settings(
        {"TIDEGATE_VAULT": "https://KV-Tidegate.vault.azure.net/", "TIDEGATE_VAULT_ACCESS": access}
    )
    rules = (
        VaultRule("https://shop-*.vault.azure.net", ("shop", "shop-*"), ("prod",)),
        VaultRule("https://*.vault.azure.net", ("ai",)),
    )
    assert loaded.vaults == VaultAccess("https://kv-tidegate.vault.azure.net", rules)
    assert load_settings({}).vaults == VaultAccess()


def test_the_connection_string_hides_itself() -> None:
    settings = load_settings({"TIDEGATE_STATE": "azurite", "AzureWebJobsStorage": "AccountKey=very-secret"})
    assert "very-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("tag", "subscriptions", "meant"),
    [
        ("", "", DiscoverySettings()),
        ("", "s-1", DiscoverySettings("", "", ("s-1",))),
        ("tidegate.dev", "s-1", DiscoverySettings("tidegate.dev", "", ("s-1",))),
        ("tidegate = production", " s-1 , s-2,", DiscoverySettings("tidegate", "production", ("s-1", "s-2"))),
    ],
)
def test_a_tag_finds_clusters_in_the_subscriptions(
    tag: str, subscriptions: str, meant: DiscoverySettings
) -> None:
    environment = {"TIDEGATE_CLUSTER_TAG": tag, "TIDEGATE_SUBSCRIPTIONS": subscriptions}
    assert load_settings(environment).discovery == meant


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({"TIDEGATE_CLUSTER_TAG": "tidegate"}, "TIDEGATE_CLUSTER_TAG needs TIDEGATE_SUBSCRIPTIONS"),
        (
            {"TIDEGATE_CLUSTER_TAG": "tidegate.dev/cluster", "TIDEGATE_SUBSCRIPTIONS": "s"},
            "must be name or name=value without .*, not 'tidegate.dev/cluster'",
        ),
    ],
)
def test_a_tag_that_can_find_nothing_is_refused(environment: dict[str, str], problem: str) -> None:
    with pytest.raises(InvalidRequestError, match=problem):
        load_settings(environment)
