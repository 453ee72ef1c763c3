"""SecretStore and ClusterSecretStore: which vault, for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from shared.domain.manifests.manifest import Manifest
from shared.domain.secrets.vault_url import vault_url
from shared.domain.specs.fields import Fields
from shared.errors import PermissionDeniedError

GROUP = "external-secrets.io"
STORE, CLUSTER_STORE = "SecretStore", "ClusterSecretStore"
VERSIONS = frozenset({f"{GROUP}/v1", f"{GROUP}/v1beta1"})
_IDENTITIES = ("ManagedIdentity", "WorkloadIdentity")


@dataclass(frozen=True, slots=True)
class VaultStore:
    """A store of Azure Key Vault, read by the app's own identity.

    `namespace` is "" for a ClusterSecretStore; `namespaces` are those it is for, () = all. `vault` is the
    URL without slash, port or capitals.
    """

    kind: str
    namespace: str
    name: str
    vault: str
    namespaces: tuple[str, ...] = ()

    @classmethod
    def parse(cls, manifest: Manifest) -> Self:
        """Raises InvalidSpecError with the field to mend, also for what is not built yet.

        Source: External Secrets Operator's SecretStoreSpec; v1beta1 is read as v1.
        """
        kind = str(manifest.get("kind") or "")
        metadata = Fields(kind, "metadata", manifest.get("metadata") or {})
        name, namespace = metadata.text("name"), metadata.text("namespace")
        whole = Fields(f"{kind} {name}", "", manifest)
        check_version(whole)
        spec = whole.child("spec")
        if spec.text("controller") not in ("", "tidegate"):
            raise spec.error("controller", "names another controller", "Leave it out, or write tidegate")
        vault = _vault(spec.child("provider"))
        if kind == STORE:
            return cls(kind, namespace, name, vault)
        return cls(kind, "", name, vault, _namespaces(spec))

    @property
    def vault_name(self) -> str:
        return vault_name(self.vault)

    def require_access(self, namespace: str) -> None:
        """Raises PermissionDeniedError, in External Secrets' words, for a namespace it is not for."""
        if self.namespaces and namespace not in self.namespaces:
            raise PermissionDeniedError(
                f'using cluster store "{self.name}" is not allowed from namespace "{namespace}": denied by '
                "spec.condition. Add the namespace to spec.conditions of the store, or use another store"
            )


def vault_name(vault: str) -> str:
    """`ai-app-kv` of `https://ai-app-kv.vault.azure.net`."""
    return vault.removeprefix("https://").partition(".")[0]


def check_version(whole: Fields) -> None:
    """Raises InvalidSpecError unless the manifest is of v1 or v1beta1."""
    version = whole.text("apiVersion")
    if version not in VERSIONS:
        raise whole.error("apiVersion", f"is {version!r}", f"Write {' or '.join(sorted(VERSIONS))}")


def _vault(provider: Fields) -> str:
    others = sorted(name for name in provider.data if name != "azurekv" and provider.has(name))
    if others:
        raise provider.error(others[0], "is no provider that is built yet", "Use azurekv")
    azure = provider.child("azurekv")
    if not azure.has("vaultUrl"):
        raise azure.error("vaultUrl", "is missing", "Write https://NAME.vault.azure.net")
    kind = azure.text("authType", "ServicePrincipal")
    if kind not in _IDENTITIES:
        raise azure.error(
            "authType",
            f"is {kind!r}, and Tidegate keeps no credentials of vaults",
            "Write ManagedIdentity, and give the app's identity the role Key Vault Secrets User",
        )
    return _url(azure)


def _url(azure: Fields) -> str:
    found = vault_url(azure.text("vaultUrl"))
    if found is None:
        raise azure.error(
            "vaultUrl",
            "is no address of a vault, and a token goes nowhere else",
            "Write https://NAME.vault.azure.net",
        )
    return found


def _namespaces(spec: Fields) -> tuple[str, ...]:
    """Source: External Secrets' ClusterSecretStoreCondition: any of them is enough."""
    named: list[str] = []
    for condition in spec.children("conditions"):
        for field in ("namespaceSelector", "namespaceRegexes"):
            if condition.has(field):
                raise condition.error(field, "is not built yet", "Name the namespaces")
        named += condition.texts("namespaces")
    return tuple(named)
