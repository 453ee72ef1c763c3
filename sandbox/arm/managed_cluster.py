"""An AKS cluster as Azure Resource Manager tells of it."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.arm.entra import AKS_RESOURCE

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
TENANT = "00000000-0000-4000-8000-00000000000a"
_FORBIDDEN_IN_TAGS = re.compile(r"[<>%&\\?/]")
_CREDENTIAL_PLUGIN = [
    *("get-token", "--login", "devicecode", "--server-id", AKS_RESOURCE),
    *("--client-id", "80faf920-1908-4b52-b5ef-a8e7bedfc67a", "--tenant-id", TENANT),
    *("--environment", "AzurePublicCloud"),
]


@dataclass(frozen=True, slots=True)
class ManagedCluster:
    """`entra`: people and machines come with Entra tokens; without it the user kubeconfig holds `token`.

    Raises ValueError for a tag name that Azure refuses.
    Source: Microsoft's limits of tags: names may not contain < > % & \\ ? /
    """

    name: str
    server: str
    token: str = ""
    ca_pem: str = ""
    resource_group: str = "clusters"
    subscription: str = SUBSCRIPTION
    entra: bool = True
    local_accounts: bool = False
    tags: dict[str, str] = field(default_factory=dict)
    provisioning: str = "Succeeded"

    def __post_init__(self) -> None:
        wrong = [tag for tag in self.tags if _FORBIDDEN_IN_TAGS.search(tag)]
        if wrong:
            raise ValueError(f"cluster {self.name}: Azure takes no tag named {wrong[0]!r}")

    @property
    def id(self) -> str:
        """The resource id, in the case in which Azure writes it."""
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.ContainerService/managedClusters/{self.name}"
        )

    def body(self) -> dict[str, Any]:
        """What GET and LIST answer."""
        profile = {"managed": True, "enableAzureRBAC": True, "tenantID": TENANT}
        return {
            "id": self.id,
            "name": self.name,
            "type": "Microsoft.ContainerService/ManagedClusters",
            "location": "eastus",
            "tags": self.tags,
            "properties": {
                "provisioningState": self.provisioning,
                "powerState": {"code": "Running"},
                "kubernetesVersion": "1.34.4",
                "dnsPrefix": self.name,
                "fqdn": self.server.partition("//")[2].partition(":")[0].rstrip("/"),
                "enableRBAC": True,
                "disableLocalAccounts": not self.local_accounts,
                **({"aadProfile": profile} if self.entra else {}),
            },
        }

    def credentials(self, role: str, form: str = "exec") -> dict[str, Any]:
        """What listClusterUserCredential and listClusterAdminCredential answer.

        `role` is clusterUser or clusterAdmin; `form` is exec or azure, as the query says.
        """
        user = self._entra_user(form) if self.entra and role == "clusterUser" else {"token": self.token}
        text = json.dumps(self._kubeconfig(f"{role}_{self.resource_group}_{self.name}", user))
        return {"kubeconfigs": [{"name": role, "value": base64.b64encode(text.encode()).decode()}]}

    def _kubeconfig(self, user_name: str, user: dict[str, Any]) -> dict[str, Any]:
        cluster: dict[str, Any] = {"server": self.server}
        if self.ca_pem:
            cluster["certificate-authority-data"] = base64.b64encode(self.ca_pem.encode()).decode()
        context = {"cluster": self.name, "user": user_name}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": self.name, "cluster": cluster}],
            "contexts": [{"name": self.name, "context": context}],
            "current-context": self.name,
            "users": [{"name": user_name, "user": user}],
        }

    def _entra_user(self, form: str) -> dict[str, Any]:
        if form == "azure":
            config = {"apiserver-id": AKS_RESOURCE, "config-mode": "1", "tenant-id": TENANT}
            return {"auth-provider": {"name": "azure", "config": config}}
        return {
            "exec": {
                "apiVersion": "client.authentication.k8s.io/v1beta1",
                "command": "kubelogin",
                "args": _CREDENTIAL_PLUGIN,
                "env": None,
                "provideClusterInfo": False,
            }
        }
