"""Port: how to reach a cluster, and as whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from shared.domain.access.secret_text import SecretText


@dataclass(frozen=True, slots=True)
class ClusterAccess:
    """Endpoint and identity. PEM texts are "" when absent; `expires_at` is epoch seconds, 0 = never."""

    server: str
    ca_pem: str = ""
    token: SecretText | None = None
    client_certificate_pem: str = ""
    client_key_pem: SecretText | None = None
    insecure_skip_tls_verify: bool = False
    expires_at: float = 0


class ClusterCredentials(Protocol):
    """Adapters: kubeconfig (and AKS by managed identity). One instance knows many clusters."""

    def access(self, reference: str, *, renew: bool = False) -> ClusterAccess:
        """Return the access for a reference (a kubeconfig context; "" = the current one).

        `renew` forgets what was cached: the cluster answered 401. Raises NotFoundError for an unknown
        reference and UnavailableError when the credential cannot be had now.
        """
        ...
