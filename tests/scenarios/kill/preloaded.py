"""Imported once by the server that forks the processes: all that a life would import on its way."""

from __future__ import annotations

import gc
import importlib
import pkgutil
from contextlib import suppress

import functions.api
import shared.services
from shared.adapters.azure.storage_account import StorageAccount, development_storage
from shared.adapters.azure.work_queue import AzureWorkQueue
from shared.adapters.kubernetes.kubeconfig import KubeconfigCredentials
from shared.adapters.kubernetes.rest_client import RestClient
from shared.domain.access.secret_text import SecretText
from shared.errors import UnavailableError

_ADAPTERS = (
    "shared.adapters.azure.blob_store",
    "shared.adapters.azure.document_store",
    "shared.adapters.azure.entra_tokens",
    "shared.adapters.azure.key_vault",
    "shared.adapters.azure.lease",
    "shared.adapters.azure.work_queue",
    "azure.identity",
    "shared.adapters.git.git_repository",
    "shared.adapters.kubernetes.cluster_connector",
    "shared.adapters.tools.manifest_tool",
    "shared.adapters.system.sealing",
)
_ANY = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "any", "cluster": {"server": "http://127.0.0.1:1"}}],
    "users": [{"name": "any", "user": {"token": "any"}}],
    "contexts": [{"name": "any", "context": {"cluster": "any", "user": "any"}}],
    "current-context": "any",
}

for _rooms in (shared.services, functions.api):
    for _module in pkgutil.iter_modules(_rooms.__path__, f"{_rooms.__name__}."):
        with suppress(Exception):  # who needs it will say what is wrong with it
            importlib.import_module(_module.name)
for _name in _ADAPTERS:
    importlib.import_module(_name)
# these import the rest when they are used first; nobody listens there
RestClient(KubeconfigCredentials(_ANY), "")
with suppress(UnavailableError):
    AzureWorkQueue(StorageAccount.by_connection(SecretText(development_storage(1, 1, 1))), "any").length()
gc.freeze()  # what is shared with the children is not written to
