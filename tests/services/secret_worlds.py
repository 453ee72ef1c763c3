"""The user's two files in an Application `secrets`, on ports in memory."""

from __future__ import annotations

import base64
from typing import Any

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.secrets.secret_ref import SecretRef
from shared.domain.secrets.secret_state import SecretState
from shared.domain.specs.app_ref import AppRef
from tests.services.worlds import Engine, application, engine

VAULT = "https://ai-app-kv.vault.azure.net"
SECRETS = AppRef("argocd", "secrets")
KEY = ResourceKey("external-secrets.io", "ExternalSecret", "shop", "app")


def store(name: str = "vault", *, kind: str = "ClusterSecretStore", **spec: Any) -> Manifest:
    azure = {"authType": "ManagedIdentity", "vaultUrl": VAULT}
    return {
        "apiVersion": "external-secrets.io/v1beta1",
        "kind": kind,
        "metadata": {"name": name, **({"namespace": "shop"} if kind == "SecretStore" else {})},
        "spec": {"provider": {"azurekv": azure}, **spec},
    }


def external(name: str = "app", keys: dict[str, Any] | None = None, **spec: Any) -> Manifest:
    """An ExternalSecret of the Secret `shop/<name>-env`; `keys` are key → remoteRef, or its name."""
    refs = {"API_KEY": "api-key", "DB_URL": "db-url"} if keys is None else keys
    data = [
        {"secretKey": key, "remoteRef": ref if isinstance(ref, dict) else {"key": ref}}
        for key, ref in refs.items()
    ]
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {
            "secretStoreRef": {"name": "vault", "kind": "ClusterSecretStore"},
            "target": {"name": f"{name}-env"},
            "data": data,
            **spec,
        },
    }


def files(*manifests: Manifest) -> dict[str, object]:
    found = manifests or (store(), external())
    return {f"secrets/{each['kind']}-{each['metadata']['name']}.yaml": each for each in found}


def secrets_engine(*manifests: Manifest, **settings: Any) -> Engine:
    """An engine with the application `secrets`, whose vault has what the ExternalSecret asks for."""
    made = engine(files(*manifests), **settings)
    made.vaults.put(VAULT, "api-key", "sk-one")
    made.vaults.put(VAULT, "db-url", "postgres://one")
    made.add(application("secrets"))
    made.run_for(5)
    return made


def push(world: Engine, *manifests: Manifest) -> None:
    """Have the application hold these, and run."""
    world.receive_push(world.push(files(*manifests)))
    world.run_for(5)


def data_of(world: Engine, name: str = "app-env") -> dict[str, str] | None:
    """The values of a Secret in the cluster, decoded; None when there is none."""
    found = world.cluster.objects.get(ResourceKey("", "Secret", "shop", name))
    if found is None:
        return None
    return {key: base64.b64decode(value).decode() for key, value in found.get("data", {}).items()}


def state_of(world: Engine, name: str = "app") -> SecretState:
    (stored,) = [each for each in world.secret_rows.all() if each.ref.name == name]
    return stored.state


def ref_of(world: Engine, name: str = "app") -> SecretRef:
    (stored,) = [each for each in world.secret_rows.all() if each.ref.name == name]
    return stored.ref


def gets(world: Engine) -> list[str]:
    """The values that were read, in order."""
    return [call for call in world.vaults.calls if call.startswith("get ")]
