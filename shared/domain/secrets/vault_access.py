"""Who may read which vault with the app's identity, which can read more than any one namespace may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Self

from shared.domain.secrets.secret_store import STORE, VaultStore
from shared.errors import InvalidSpecError, PermissionDeniedError

_SETTING = "TIDEGATE_VAULT_ACCESS"
_FIELDS = (2, 3)


@dataclass(frozen=True, slots=True)
class VaultRule:
    """Globs: the vault's URL, namespaces, names or servers of clusters."""

    vault: str
    namespaces: tuple[str, ...]
    clusters: tuple[str, ...] = ("*",)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `VAULT NAMESPACE,… [CLUSTER,…]`. Raises InvalidSpecError."""
        words = text.split()
        if len(words) not in _FIELDS:
            raise InvalidSpecError(
                _SETTING, text, "is no rule", "Write VAULT NAMESPACE[,NAMESPACE…] [CLUSTER[,CLUSTER…]]"
            )
        vault = words[0].lower().rstrip("/")
        if not vault.startswith("https://") or "/" in vault.removeprefix("https://"):
            raise InvalidSpecError(
                _SETTING,
                words[0],
                "fits no vault",
                "Write https://NAME.vault.azure.net, where * fits anything",
            )
        lists = [tuple(filter(None, word.split(","))) for word in words[1:]]
        return cls(vault, *lists)

    def fits(self, vault: str, namespace: str, clusters: Iterable[str]) -> bool:
        return (
            fnmatchcase(vault, self.vault)
            and any(fnmatchcase(namespace, each) for each in self.namespaces)
            and any(fnmatchcase(name, each) for name in clusters for each in self.clusters)
        )


@dataclass(frozen=True, slots=True)
class VaultAccess:
    """`own` is the vault of Tidegate's own secrets, "" where there is none.

    Without rules any ClusterSecretStore is good, whose conditions say for whom, and no SecretStore: else who
    may write into one namespace could read every vault that the app can.
    """

    own: str = ""
    rules: tuple[VaultRule, ...] = ()

    @classmethod
    def parse(cls, own: str, text: str) -> Self:
        """Rules stand between semicolons or line ends. Raises InvalidSpecError."""
        parts = (part.strip() for part in text.replace("\n", ";").split(";"))
        return cls(own, tuple(VaultRule.parse(part) for part in parts if part))

    def require(self, store: VaultStore, namespace: str, clusters: Iterable[str]) -> None:
        """Raises PermissionDeniedError unless an ExternalSecret of this namespace may read the store's vault.

        `clusters` are all names of the one cluster: no spelling of a destination makes another one of it.
        """
        subject = f"{store.kind} {store.name}: spec.provider.azurekv.vaultUrl"
        if store.vault == self.own:
            raise PermissionDeniedError(
                f"{subject} is {store.vault}, which holds Tidegate's own credentials, and no workload gets "
                "those. Keep the workload's secrets in another vault"
            )
        if not self.rules and store.kind == STORE:
            raise PermissionDeniedError(
                f"{subject} would be read with the app's identity for whoever may write a {STORE} into the "
                f"namespace {namespace}. Use a ClusterSecretStore, or have an administrator add "
                f"'{store.vault} {namespace}' to {_SETTING}"
            )
        if not self.rules:
            return
        names = sorted(clusters)
        if not any(rule.fits(store.vault, namespace, names) for rule in self.rules):
            raise PermissionDeniedError(
                f"{subject} {store.vault} is not allowed for the namespace {namespace} of the cluster "
                f"{names[0] if names else 'without a name'}. Use another vault, or have an administrator "
                f"add '{store.vault} {namespace}' to {_SETTING}"
            )
