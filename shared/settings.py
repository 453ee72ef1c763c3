"""Environment → Settings, once, with all problems named together."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from shared.domain.access.secret_text import SecretText
from shared.domain.secrets.vault_access import VaultAccess
from shared.domain.secrets.vault_url import vault_url
from shared.domain.specs.bootstrap import Bootstrap
from shared.errors import InvalidRequestError, InvalidSpecError

log = logging.getLogger(__name__)
_DRIFT_SECONDS, _RENDER_CHILDREN = 180, 2
_NOT_IN_TAGS = "<>%&\\?/"
_ROOT = Path(__file__).resolve().parents[1]
_KUBETOOLS = _ROOT / "build" / "bin" / "kubetools"


class StateHome(StrEnum):
    """Where state lives. Azurite is the emulator of Azure Storage."""

    SQLITE = "sqlite"
    AZURE = "azure"
    AZURITE = "azurite"


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """The storage account, in the names of the Functions runtime: a connection string, or an identity.

    `client_id` is that of a user-assigned identity; "" is the app's own, or who is logged in.
    """

    connection: SecretText | None = None
    account: str = ""
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class DiscoverySettings:
    """Clusters of these subscriptions with the tag are registered. `tag` "": none; `value` "": with any."""

    tag: str = ""
    value: str = ""
    subscriptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the environment decides. `names` maps what people write to where it is.

    `vaults.own` has the sealing key and the credentials; "" keeps them in files in `home`.
    """

    home: Path
    control_namespace: str = "argocd"
    bootstrap: Bootstrap = Bootstrap()
    github_secrets: tuple[SecretText, ...] = ()
    acr_secrets: tuple[SecretText, ...] = ()
    event_grid_secrets: tuple[SecretText, ...] = ()
    admin_password: SecretText | None = None
    kubeconfig: Path | None = None
    names: dict[str, str] = field(default_factory=dict)
    kubetools: Path = _KUBETOOLS
    drift_seconds: int = _DRIFT_SECONDS
    render_children: int = _RENDER_CHILDREN
    state: StateHome = StateHome.SQLITE
    storage: StorageSettings = StorageSettings()
    discovery: DiscoverySettings = DiscoverySettings()
    vaults: VaultAccess = VaultAccess()


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises InvalidRequestError that names every wrong variable at once. All of them are in docs/reference.
    """
    problems: list[str] = []
    environment = _resolved(environment)
    state = _state(environment.get("TIDEGATE_STATE", ""), problems)
    settings = Settings(
        home=Path(environment.get("TIDEGATE_HOME") or Path.home() / ".local" / "share" / "tidegate"),
        control_namespace=environment.get("TIDEGATE_CONTROL_NAMESPACE") or "argocd",
        bootstrap=Bootstrap(
            environment.get("TIDEGATE_BOOTSTRAP_REPO", ""),
            environment.get("TIDEGATE_BOOTSTRAP_PATH") or "apps",
            environment.get("TIDEGATE_BOOTSTRAP_REVISION") or "main",
            environment.get("TIDEGATE_BOOTSTRAP_NAME") or "root-app",
        ),
        github_secrets=_secrets(environment.get("TIDEGATE_GITHUB_WEBHOOK_SECRETS", "")),
        acr_secrets=_secrets(environment.get("TIDEGATE_ACR_WEBHOOK_SECRETS", "")),
        event_grid_secrets=_secrets(environment.get("TIDEGATE_EVENT_GRID_SECRETS", "")),
        admin_password=_secret(environment.get("TIDEGATE_ADMIN_PASSWORD", "")),
        kubeconfig=_path(environment.get("TIDEGATE_KUBECONFIG", "")),
        names=_names(environment.get("TIDEGATE_NAMES", ""), problems),
        kubetools=_path(environment.get("TIDEGATE_KUBETOOLS", "")) or _KUBETOOLS,
        drift_seconds=_number(environment, "TIDEGATE_DRIFT_SECONDS", _DRIFT_SECONDS, problems),
        render_children=_number(environment, "TIDEGATE_RENDER_CHILDREN", _RENDER_CHILDREN, problems),
        state=state,
        storage=_storage(environment, state, problems),
        discovery=_discovery(environment, problems),
        vaults=_vaults(environment, state, problems),
    )
    if problems:
        raise InvalidRequestError("Settings: " + "; ".join(problems))
    return settings


def _resolved(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Leave out what Azure could not resolve: it hands on the reference itself, which anybody can guess.

    Source: App Service's Key Vault references.
    """
    unresolved = {name for name, text in environment.items() if text.startswith("@Microsoft.KeyVault(")}
    if not unresolved:
        return environment
    log.warning("settings are unresolved Key Vault references", extra={"settings": sorted(unresolved)})
    return {name: text for name, text in environment.items() if name not in unresolved}


def _state(text: str, problems: list[str]) -> StateHome:
    try:
        return StateHome(text or StateHome.SQLITE)
    except ValueError:
        problems.append(f"TIDEGATE_STATE must be one of {', '.join(StateHome)}, not {text!r}")
        return StateHome.SQLITE


def _storage(environment: Mapping[str, str], state: StateHome, problems: list[str]) -> StorageSettings:
    connection = environment.get("AzureWebJobsStorage", "")
    account = environment.get("AzureWebJobsStorage__accountName", "")
    if state is StateHome.AZURITE:
        connection = connection or "UseDevelopmentStorage=true"
    if state is StateHome.AZURE and not (connection or account):
        problems.append(
            "TIDEGATE_STATE=azure needs AzureWebJobsStorage__accountName, or AzureWebJobsStorage "
            "with a connection string"
        )
    client_id = environment.get("AzureWebJobsStorage__clientId", "")
    return StorageSettings(_secret(connection), account, client_id)


def _discovery(environment: Mapping[str, str], problems: list[str]) -> DiscoverySettings:
    """Source: Azure's limits of tag names."""
    tag, _, value = environment.get("TIDEGATE_CLUSTER_TAG", "").partition("=")
    listed = environment.get("TIDEGATE_SUBSCRIPTIONS", "")
    subscriptions = tuple(part.strip() for part in listed.split(",") if part.strip())
    if set(tag) & set(_NOT_IN_TAGS):
        problems.append(
            f"TIDEGATE_CLUSTER_TAG must be name or name=value without {_NOT_IN_TAGS}, not {tag!r}"
        )
    if tag and not subscriptions:
        problems.append("TIDEGATE_CLUSTER_TAG needs TIDEGATE_SUBSCRIPTIONS, the ids of where to look")
    return DiscoverySettings(tag.strip(), value.strip(), subscriptions)


def _vaults(environment: Mapping[str, str], state: StateHome, problems: list[str]) -> VaultAccess:
    written = environment.get("TIDEGATE_VAULT", "")
    own = vault_url(written) or ""
    if written and not own:
        problems.append(
            f"TIDEGATE_VAULT must be the address of a vault, https://NAME.vault.azure.net/, not {written!r}"
        )
    if state is StateHome.AZURE and not written:
        problems.append(
            "TIDEGATE_STATE=azure needs TIDEGATE_VAULT, https://NAME.vault.azure.net/, for its own key "
            "and credentials: what one instance has on its disk, no other has"
        )
    try:
        return VaultAccess.parse(own, environment.get("TIDEGATE_VAULT_ACCESS", ""))
    except InvalidSpecError as error:
        problems.append(str(error))
        return VaultAccess(own)


def _secrets(text: str) -> tuple[SecretText, ...]:
    """Comma-separated, so that two are valid at once while one replaces the other."""
    return tuple(SecretText(part.strip()) for part in text.split(",") if part.strip())


def _secret(text: str) -> SecretText | None:
    return SecretText(text) if text else None


def _path(text: str) -> Path | None:
    return Path(text).expanduser() if text else None


def _names(text: str, problems: list[str]) -> dict[str, str]:
    try:
        names = json.loads(text) if text else {}
    except ValueError as error:
        problems.append(f"TIDEGATE_NAMES is not JSON ({error})")
        return {}
    if not isinstance(names, dict) or not all(isinstance(value, str) for value in names.values()):
        problems.append(
            'TIDEGATE_NAMES must be an object of texts, e.g. {"https://github.com/": "http://127.0.0.1:8081/"}'
        )
        return {}
    return names


def _number(environment: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        problems.append(f"{name} must be a whole number above 0, not {text!r}")
        return default
    return int(text)
