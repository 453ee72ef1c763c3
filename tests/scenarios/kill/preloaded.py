"""Imported once by the server that forks the processes: all that a life would import on its way."""

from __future__ import annotations

import gc
import importlib
import pkgutil
from contextlib import suppress

import functions.api
import shared.services
from shared.adapters.kubernetes.kubeconfig import KubeconfigCredentials
from shared.adapters.kubernetes.rest_client import RestClient

_ADAPTERS = (
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
# these import the rest when they are used first; nothing is sent
RestClient(KubeconfigCredentials(_ANY), "")
gc.freeze()  # what is shared with the children is not written to
