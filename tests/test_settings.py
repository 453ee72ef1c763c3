"""Which home the environment chooses."""

from __future__ import annotations

import pytest

from shared.domain.access.secret_text import SecretText
from shared.errors import InvalidRequestError
from shared.settings import StateHome, StorageSettings, load_settings


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
    ],
)
def test_a_home_that_cannot_be_is_named(environment: dict[str, str], problem: str) -> None:
    with pytest.raises(InvalidRequestError, match=problem):
        load_settings(environment)


def test_the_connection_string_hides_itself() -> None:
    settings = load_settings({"TIDEGATE_STATE": "azurite", "AzureWebJobsStorage": "AccountKey=very-secret"})
    assert "very-secret" not in repr(settings)
