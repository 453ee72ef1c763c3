"""AKS clusters as Azure Resource Manager tells of them: the only place that uses the SDK, imported when used.

The SDK takes 0.2 s of CPU to import and Azure throttles these calls: who caches the answers pays neither.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from azure.core.exceptions import AzureError, HttpResponseError

from shared.adapters.azure.entra_tokens import Credential
from shared.domain.specs.aks_id import AksId
from shared.errors import (
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    TidegateError,
    UnavailableError,
)

if TYPE_CHECKING:
    from azure.mgmt.containerservice import ContainerServiceClient

PUBLIC_ARM = "https://management.azure.com"
# One more try at once for a stale connection. Refusals and throttling go to the caller: nobody sleeps here.
_OPTIONS: dict[str, Any] = {
    "connection_timeout": 5,
    "read_timeout": 30,
    "retry_total": 1,
    "retry_connect": 1,
    "retry_read": 1,
    "retry_status": 0,
    "retry_backoff_factor": 0,
}
_USER_ROLE = "Give the app's identity the role Azure Kubernetes Service Cluster User on it"
_NO_REASON = "no reason given"


@dataclass(frozen=True, slots=True)
class FoundCluster:
    """A cluster in a subscription, with its tags."""

    id: AksId
    tags: dict[str, str]


class AksArm:
    """Safe to share between threads; `close` when the process ends.

    `base_url` may be plain HTTP on this machine only: tokens are sent there.
    """

    def __init__(self, credential: Credential, base_url: str = PUBLIC_ARM) -> None:
        self._credential, self._base_url = credential, base_url
        self._options = _options(base_url)
        self._lock = threading.Lock()
        self._clients: dict[str, ContainerServiceClient] = {}

    def user_kubeconfig(self, cluster: AksId) -> bytes:
        """Return the kubeconfig for users, in its exec form where the cluster uses Entra ID.

        Raises NotFoundError, PermissionDeniedError or UnavailableError.
        """
        with _translated(f"Cluster {cluster.text}", _USER_ROLE):
            found = self._client(cluster.subscription).managed_clusters.list_cluster_user_credentials(
                cluster.resource_group, cluster.name, format="exec", **self._options
            )
        for kubeconfig in found.kubeconfigs or ():
            if kubeconfig.value:
                return bytes(kubeconfig.value)
        raise UnavailableError(f"Cluster {cluster.text}: Azure answered no kubeconfig")

    def clusters(self, subscription: str) -> list[FoundCluster]:
        """Return the clusters of a subscription that are not being deleted. Errors as above."""
        way_out = "Give the app's identity the role Reader on it"
        with _translated(f"Subscription {subscription}", way_out):
            return [
                FoundCluster(AksId.parse(str(found.id)), dict(found.tags or {}))
                for found in self._client(subscription).managed_clusters.list(**self._options)
                if found.provisioning_state != "Deleting"
            ]

    def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _client(self, subscription: str) -> ContainerServiceClient:
        from shared.adapters.azure.container_service_client import ContainerServiceClient

        with self._lock:
            if subscription not in self._clients:
                credential: Any = self._credential
                self._clients[subscription] = ContainerServiceClient(
                    credential, subscription, base_url=self._base_url, **_OPTIONS
                )
            return self._clients[subscription]


def _options(base_url: str) -> dict[str, Any]:
    """Raises InvalidRequestError for an address to which no token may go."""
    address = urlsplit(base_url)
    if address.scheme == "https":
        return {}
    if (address.hostname or "").startswith("127.") or address.hostname in ("localhost", "::1"):
        return {"enforce_https": False}
    raise InvalidRequestError(f"Azure Resource Manager {base_url}: must be https")


@contextmanager
def _translated(subject: str, way_out: str) -> Iterator[None]:
    """No error of the SDK leaves this block."""
    try:
        yield
    except HttpResponseError as error:
        raise _refusal(error, subject, way_out) from error
    except AzureError as error:
        raise UnavailableError(f"{subject}: Azure cannot be asked ({type(error).__name__})") from error


def _refusal(error: HttpResponseError, subject: str, way_out: str) -> TidegateError:
    status = error.status_code or 0
    if error.response is None:  # the credential failed before anything was asked
        return UnavailableError(f"{subject}: the app's identity gives no token for Azure")
    text = f"{subject}: {_sentence(error)}"
    if status == HTTPStatus.UNAUTHORIZED:
        return UnavailableError(f"{text}. Check the tenant of the app's identity")
    if status == HTTPStatus.FORBIDDEN:
        return PermissionDeniedError(f"{text}. {way_out}")
    if status == HTTPStatus.NOT_FOUND:
        return NotFoundError(text)
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UnavailableError(text, _seconds(error))
    return InvalidRequestError(text)


def _sentence(error: HttpResponseError) -> str:
    """Azure's own words, without its repetitions."""
    details = getattr(error, "error", None)
    code, message = getattr(details, "code", "") or "", getattr(details, "message", "") or ""
    return f"{message.rstrip('.') or error.reason or _NO_REASON} ({code or error.status_code})"


def _seconds(error: HttpResponseError) -> float | None:
    headers = getattr(error.response, "headers", {})
    text = headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None
