"""The template, read without an Azure CLI: what is made, in which version, who may do what, and no secret."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra.staging import PYTHON_VERSION
from tests.infra.bicep_files import (
    FILES,
    FOLDER,
    Resource,
    parsed,
    path_of,
    resource,
    resources,
    text_of,
    variables,
)
from tests.infra.declared import queue_names

# Whoever takes a newer version tries it on Azure and changes it here
API_VERSIONS = {
    "Microsoft.Authorization/roleAssignments": "2022-04-01",
    "Microsoft.ContainerService/managedClusters": "2024-09-01",
    "Microsoft.Insights/components": "2020-02-02",
    "Microsoft.KeyVault/vaults": "2023-07-01",
    "Microsoft.ManagedIdentity/userAssignedIdentities": "2023-01-31",
    "Microsoft.OperationalInsights/workspaces": "2023-09-01",
    "Microsoft.Storage/storageAccounts": "2023-05-01",
    "Microsoft.Storage/storageAccounts/blobServices": "2023-05-01",
    "Microsoft.Storage/storageAccounts/blobServices/containers": "2023-05-01",
    "Microsoft.Storage/storageAccounts/queueServices": "2023-05-01",
    "Microsoft.Storage/storageAccounts/queueServices/queues": "2023-05-01",
    "Microsoft.Storage/storageAccounts/tableServices": "2023-05-01",
    "Microsoft.Storage/storageAccounts/tableServices/tables": "2023-05-01",
    "Microsoft.Web/serverfarms": "2024-04-01",
    "Microsoft.Web/sites": "2024-04-01",
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": "2024-04-01",
    "Microsoft.Web/sites/config": "2024-04-01",
}
# Source: Azure's built-in roles
ROLES = {
    "Azure Kubernetes Service Cluster User Role": "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
    "Azure Kubernetes Service RBAC Cluster Admin": "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    "Key Vault Secrets Officer": "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Queue Data Contributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
}
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEYS = re.compile(
    r"listKeys|listAccountSas|AccountKey|SharedAccessSignature|@secure|password\s*:", re.IGNORECASE
)
ASSIGNMENTS = [each for each in resources() if each.type == "Microsoft.Authorization/roleAssignments"]
SITE = resource("site", "site").config["properties"]


def file_of(each: Resource) -> str:
    return f"{each.file}.{each.name}"


def test_every_resource_has_the_one_version_that_is_written_down() -> None:
    assert {each.type: each.api_version for each in resources()} == API_VERSIONS
    assert {each.api_version for each in resources() if each.api_version != API_VERSIONS[each.type]} == set()
    assert [version for version in API_VERSIONS.values() if "preview" in version] == []


def test_every_role_is_the_one_that_its_name_says() -> None:
    assigned = [
        (name.strip("'"), guid)
        for path in FILES
        for name, guid in variables(path.stem).get("roles", {}).items()
    ]
    assert dict(assigned) == ROLES
    assert set(GUID.findall("".join(path.read_text() for path in FILES))) == set(ROLES.values())


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=file_of)
def test_a_role_is_given_to_our_identity_on_one_resource_by_a_name_that_stays(assignment: Resource) -> None:
    scope, properties = assignment.config["scope"], assignment.config["properties"]
    target = resource(assignment.file, scope)
    assert target.type.count("/") == 1
    assert assignment.loops_over == {"function": {"type": "items", "parameters": {"arg_1": "roles"}}}
    name = assignment.config["name"]["function"]
    assert name["type"] == "guid"
    assert [path_of(part) for part in name["parameters"].values()] == [
        f"{scope}.id",
        "principalId",
        "role.value",
    ]
    assert (properties["principalId"], properties["principalType"]) == ("principalId", "ServicePrincipal")
    definition = properties["roleDefinitionId"]["function"]["parameters"]
    assert definition["resource_type"] == "Microsoft.Authorization/roleDefinitions"
    assert path_of(definition["resource_name_1"]) == "role.value"


def test_the_storage_account_opens_to_identities_only() -> None:
    properties = resource("storage", "account").config["properties"]
    assert properties["allowSharedKeyAccess"] is False
    assert properties["allowBlobPublicAccess"] is False
    assert properties["minimumTlsVersion"] == "TLS1_2"
    assert properties["supportsHttpsTrafficOnly"] is True


def test_logs_and_secrets_open_to_identities_only() -> None:
    assert resource("monitoring", "insights").config["properties"]["DisableLocalAuth"] is True
    vault = resource("vault", "vault").config["properties"]
    assert vault["enableRbacAuthorization"] is True
    assert vault["enablePurgeProtection"] is True
    for name in ("ftpPassword", "deploymentPassword"):
        assert resource("site", name).config["properties"] == {"allow": False}


@pytest.mark.parametrize("path", [*FILES, FOLDER / "main.parameters.json"], ids=lambda path: path.name)
def test_no_file_asks_for_a_key_or_holds_one(path: Path) -> None:
    assert KEYS.findall(path.read_text()) == []


def test_the_plan_costs_nothing_while_nothing_happens() -> None:
    plan = resource("site", "plan").config
    assert plan["sku"] == {"name": "FC1", "tier": "FlexConsumption"}
    assert plan["properties"]["reserved"] is True
    assert "alwaysReady" not in SITE["functionAppConfig"]["scaleAndConcurrency"]


def test_the_site_runs_the_package_that_make_package_builds() -> None:
    config = SITE["functionAppConfig"]
    version = ".".join(map(str, PYTHON_VERSION))
    assert config["runtime"] == {"name": "python", "version": version}
    assert config["deployment"]["storage"] == {
        "type": "blobContainer",
        "value": "packageContainerUrl",
        "authentication": {
            "type": "UserAssignedIdentity",
            "userAssignedIdentityResourceId": "identityId",
        },
    }


def test_an_instance_takes_no_more_requests_at_once_than_it_has_threads() -> None:
    http = SITE["functionAppConfig"]["scaleAndConcurrency"]["triggers"]["http"]
    threads = text_of(variables("site")["appSettings"]["PYTHON_THREADPOOL_THREAD_COUNT"], "site")
    assert text_of(http["perInstanceConcurrency"], "site") == threads
    assert 16 <= int(threads) <= 32


def test_the_site_speaks_https_and_reads_secrets_as_our_identity() -> None:
    assert SITE["httpsOnly"] is True
    assert SITE["siteConfig"]["minTlsVersion"] == "1.2"
    assert SITE["siteConfig"]["ftpsState"] == "Disabled"
    assert SITE["keyVaultReferenceIdentity"] == "identityId"
    assert resource("site", "site").config["identity"] == {
        "type": "UserAssigned",
        "userAssignedIdentities": {"'${identityId}'": {}},
    }


def test_every_queue_of_the_functions_exists_with_its_poison_queue_and_no_other() -> None:
    triggered = {name.removesuffix("-poison") for name in queue_names()}
    assert set(variables("storage")["queues"]) == triggered | {f"{name}-poison" for name in triggered}


def test_every_container_and_table_of_the_adapters_exists() -> None:
    from shared.adapters.azure.blob_store import AzureBlobStore
    from shared.adapters.azure.document_store import TableDocumentStore
    from shared.adapters.azure.lease import BlobLeases

    def default(kind: type, parameter: str) -> str:
        return str(inspect.signature(kind).parameters[parameter].default)

    table = default(TableDocumentStore, "name")
    used = {default(AzureBlobStore, "container"), default(BlobLeases, "container"), f"{table}-documents"}
    assert variables("storage")["tables"] == [table]
    assert set(variables("storage")["containers"]) == {"packageContainer", *used}


def modules() -> dict[str, Any]:
    found: dict[str, Any] = parsed("main")["modules"]
    return found


@pytest.mark.parametrize("name", modules())
def test_a_module_gets_exactly_its_parameters(name: str) -> None:
    target = parsed(modules()[name]["detail"]["full"].removesuffix(".bicep"))
    given = set(modules()[name]["config"]["params"])
    required = {key for key, entry in target["parameters"].items() if entry["default"] is None}
    assert required <= given <= set(target["parameters"])


def test_every_output_that_is_read_exists() -> None:
    text = (FOLDER / "main.bicep").read_text()
    read = set(re.findall(r"\b(\w+)\.outputs\.(\w+)", text))
    assert read == {(name, output) for name in modules() for output in parsed(name).get("outputs", {})}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_parameter_and_variable_is_used(path: Path) -> None:
    document = parsed(path.stem)
    names = [*document.get("parameters", {}), *document.get("variables", {})]
    text = re.sub(r"//.*|@description\(.*", "", path.read_text())
    assert [name for name in names if len(re.findall(rf"\b{name}\b", text)) < 2] == []


def test_the_parameter_file_names_parameters_and_gives_all_that_have_no_default() -> None:
    given = json.loads((FOLDER / "main.parameters.json").read_text())["parameters"]
    parameters = parsed("main")["parameters"]
    assert set(given) <= set(parameters)
    assert {name for name, entry in parameters.items() if entry["default"] is None} <= set(given)
    for name, entry in given.items():
        variable, _, default = entry["value"].removeprefix("${").removesuffix("}").partition("=")
        assert re.fullmatch(r"(AZURE|TIDEGATE)_[A-Z_]+", variable)
        if variable.startswith("TIDEGATE_"):
            assert default == parameters[name]["default"]
