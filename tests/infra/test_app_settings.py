"""The template sets what the code reads, and nothing that nobody reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from bench.lines import ROOT
from host.__main__ import _DEFAULTS as HOST_DEFAULTS
from shared.domain.secrets.vault_access import VaultAccess
from shared.settings import Settings, StateHome, load_settings
from tests.infra.bicep_files import parsed, path_of, text_of, variables
from tests.infra.declared import named_settings

TEMPLATE = {name: text_of(value, "site") for name, value in variables("site")["appSettings"].items()}
REFERENCE = "@Microsoft.KeyVault("
VAULT = "https://kv-tidegate.vault.azure.net"
# As the app gets them; what only Azure knows is the text of the expression, but for addresses
RESOLVED = {
    **{name: "resolved" if text.startswith(REFERENCE) else text for name, text in TEMPLATE.items()},
    "TIDEGATE_VAULT": f"{VAULT}/",
}
# Read by the Functions host and the Python worker, not by us
PLATFORM = {
    "AzureWebJobsStorage__credential": "the host: the kind of identity",
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "the host: where logs go",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "the host: that they go there as an identity",
    "PYTHON_THREADPOOL_THREAD_COUNT": "the worker: how many calls run at once",
}
# Read by us, and left alone in Azure
EMBEDDED = {
    "AzureWebJobsStorage": "a connection string has a key; the account takes identities only",
    "TIDEGATE_EVENT_GRID_SECRETS": "Event Grid delivers into a Storage queue",
    "TIDEGATE_ADMIN_PASSWORD": "the local admin is for the embedded home",
    "TIDEGATE_KUBECONFIG": "clusters are reached by their resource ids",
    "TIDEGATE_KUBETOOLS": "the package has it where the code looks for it",
    "TIDEGATE_NAMES": "addresses are what they say",
}
# Source: on Flex Consumption these moved into functionAppConfig, or are refused
NOT_ON_FLEX = {
    "ENABLE_ORYX_BUILD",
    "FUNCTIONS_EXTENSION_VERSION",
    "FUNCTIONS_WORKER_RUNTIME",
    "FUNCTIONS_WORKER_RUNTIME_VERSION",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
    "WEBSITE_CONTENTSHARE",
    "WEBSITE_RUN_FROM_PACKAGE",
}


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for by name."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.names = set[str]()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.names.add(name)
        return super().get(name, default)


def read_names() -> set[str]:
    """Everything that load_settings looks at: with nothing set, and with what the template sets."""
    nothing, template = Asked({}), Asked(RESOLVED)
    load_settings(nothing)
    load_settings(template)
    return nothing.names | template.names


def test_whatever_the_code_reads_the_template_sets_or_a_reason_says_why_not() -> None:
    schedules = {name for name in named_settings() if name.startswith("TIDEGATE_")}
    assert (read_names() | schedules) - TEMPLATE.keys() == EMBEDDED.keys()


def test_whatever_the_template_sets_somebody_reads() -> None:
    assert TEMPLATE.keys() - read_names() - named_settings() == PLATFORM.keys()


def test_the_connection_of_the_queues_is_set_as_an_identity() -> None:
    connections = {name for name in named_settings() if not name.startswith("TIDEGATE_")}
    assert connections == {"AzureWebJobsStorage"}
    for ending in ("accountName", "credential", "clientId"):
        assert f"AzureWebJobsStorage__{ending}" in TEMPLATE
    assert TEMPLATE["AzureWebJobsStorage__credential"] == "managedidentity"


def test_nothing_is_set_that_flex_consumption_refuses() -> None:
    assert NOT_ON_FLEX & TEMPLATE.keys() == set()


def test_a_secret_is_a_reference_to_the_vault() -> None:
    secret = [
        name for name in TEMPLATE if any(word in name for word in ("SECRET", "PASSWORD", "TOKEN", "_KEY"))
    ]
    assert secret == ["TIDEGATE_ACR_WEBHOOK_SECRETS", "TIDEGATE_GITHUB_WEBHOOK_SECRETS"]
    assert [name for name in secret if not TEMPLATE[name].startswith(REFERENCE)] == []


def test_the_template_as_it_comes_is_accepted_and_means_what_the_code_means_by_default() -> None:
    loaded, default = load_settings(RESOLVED), load_settings({})
    assert loaded.state is StateHome.AZURE
    assert loaded.home == Path("/tmp/tidegate")
    assert loaded.storage.account == "storage.outputs.name"
    assert loaded.storage.client_id == "identity.properties.clientId"
    assert loaded.vaults == VaultAccess(own=VAULT)
    assert same_as_default(loaded) == same_as_default(default)


def test_tidegates_own_vault_is_the_one_that_the_template_makes() -> None:
    assert TEMPLATE["TIDEGATE_VAULT"] == "vault.outputs.uri"
    assert path_of(parsed("vault")["outputs"]["uri"]["value"]) == "vault.properties.vaultUri"


def test_a_reference_that_azure_could_not_resolve_is_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    unresolved = {"TIDEGATE_ADMIN_PASSWORD": f"{REFERENCE}SecretUri=https://v/secrets/a)"}
    loaded = load_settings({**TEMPLATE, "TIDEGATE_VAULT": VAULT, **unresolved})
    assert loaded.github_secrets == ()
    assert loaded.admin_password is None
    (record,) = caplog.records
    assert vars(record)["settings"] == [
        "TIDEGATE_ACR_WEBHOOK_SECRETS",
        "TIDEGATE_ADMIN_PASSWORD",
        "TIDEGATE_GITHUB_WEBHOOK_SECRETS",
    ]
    assert [secret.reveal() for secret in load_settings(RESOLVED).github_secrets] == ["resolved"]


def same_as_default(settings: Settings) -> list[object]:
    return [
        settings.control_namespace,
        settings.bootstrap,
        settings.kubetools,
        settings.drift_seconds,
        settings.render_children,
        settings.names,
    ]


def test_timers_run_as_often_as_in_the_embedded_home() -> None:
    assert {name: TEMPLATE[name] for name in HOST_DEFAULTS} == HOST_DEFAULTS


def test_the_example_for_func_start_names_settings_that_exist() -> None:
    example = json.loads((ROOT / "local.settings.example.json").read_text())
    assert example["IsEncrypted"] is False
    values = dict(example["Values"])
    assert values.pop("FUNCTIONS_WORKER_RUNTIME") == "python"
    assert values.keys() <= read_names() | named_settings() | PLATFORM.keys()
    assert {name for name in named_settings() if name not in values} == set()
    assert load_settings(values).state is StateHome.AZURITE


def test_the_page_of_settings_has_the_template_s_names() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text()
    assert [name for name in TEMPLATE if f"`{name}`" not in page] == []
