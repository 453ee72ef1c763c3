"""Access to AKS clusters by their resource id, as the app's own identity. Nothing secret is kept on disk."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from shared.adapters.azure.aks_arm import AksArm, FoundCluster
from shared.adapters.azure.aks_endpoint import AksEndpoint, read_kubeconfig
from shared.adapters.azure.entra_tokens import EntraTokens
from shared.domain.specs.aks_id import AksId
from shared.errors import ConflictError, PermissionDeniedError, UnavailableError
from shared.ports.clock import Clock
from shared.ports.cluster_credentials import ClusterAccess
from shared.ports.document_store import Document, DocumentStore

log = logging.getLogger(__name__)

_PARTITION = "aks-endpoints"
_KEPT_SECONDS = 6 * 3600.0
# What Azure said less than a minute ago is not asked again, however often the cluster refuses us
_FRESH_SECONDS = 60.0


class AksCredentials:
    """See the port cluster_credentials. References are resource ids of managed clusters.

    Endpoint and CA are kept for hours, also in the store, so that Azure Resource Manager is not asked again;
    tokens are kept in memory while they are good. A cluster with local accounts brings a credential of its
    own: that is kept in memory only, together with its endpoint.
    """

    def __init__(self, arm: AksArm, tokens: EntraTokens, documents: DocumentStore, clock: Clock) -> None:
        self._arm, self._tokens, self._documents, self._clock = arm, tokens, documents, clock
        self._guard = threading.Lock()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._known: dict[str, AksEndpoint] = {}

    def access(self, reference: str, *, renew: bool = False) -> ClusterAccess:
        """See the port. `renew` gets a new token, and asks Azure again for server and CA.

        Raises besides InvalidRequestError for what is no resource id, PermissionDeniedError without the role.
        """
        cluster = AksId.parse(reference)
        with self._lock(cluster.key):
            endpoint = self._endpoint(cluster, renew)
        if not endpoint.scope:
            return endpoint.access
        token = self._tokens.token(endpoint.scope, renew=renew)
        return replace(endpoint.access, token=token.text, expires_at=token.expires_at)

    def discover(self, subscriptions: Iterable[str], tag: str, value: str = "") -> list[FoundCluster]:
        """Return the clusters that bear a tag, with any value if none is given; tag names ignore case.

        Raises PermissionDeniedError, NotFoundError or UnavailableError.
        """
        found = [each for subscription in subscriptions for each in self._arm.clusters(subscription)]
        return [each for each in found if _bears(each, tag, value)]

    def close(self) -> None:
        self._arm.close()

    def _lock(self, key: str) -> threading.Lock:
        with self._guard:
            return self._locks[key]

    def _endpoint(self, cluster: AksId, renew: bool) -> AksEndpoint:
        known = self._known.get(cluster.key)
        if known is None or renew or not self._younger(known, _KEPT_SECONDS):
            known = self._known[cluster.key] = self._newer(cluster, known, renew)
        return known

    def _newer(self, cluster: AksId, known: AksEndpoint | None, renew: bool) -> AksEndpoint:
        """From the store, where another process may have put it; else from Azure."""
        row = self._documents.get(_PARTITION, cluster.key)
        stored = AksEndpoint.stored(row.body) if row else None
        latest = max(filter(None, (known, stored)), key=lambda each: each.asked_at, default=None)
        if latest and self._younger(latest, _FRESH_SECONDS if renew else _KEPT_SECONDS):
            return latest
        try:
            endpoint = read_kubeconfig(
                self._arm.user_kubeconfig(cluster), cluster.text, self._clock.now().timestamp()
            )
        except (UnavailableError, PermissionDeniedError) as error:
            if latest is None:
                raise
            log.warning("endpoint kept, Azure cannot be asked", extra={"error": str(error)})
            return latest
        self._store(cluster, endpoint, row)
        return endpoint

    def _store(self, cluster: AksId, endpoint: AksEndpoint, row: Document | None) -> None:
        body = endpoint.body()
        try:
            if body is not None:
                self._documents.put(Document(_PARTITION, cluster.key, body, row.etag if row else None))
            elif row is not None:
                self._documents.delete(row)
        except ConflictError:  # another process asked at the same time and heard the same
            return

    def _younger(self, endpoint: AksEndpoint, seconds: float) -> bool:
        return self._clock.now().timestamp() - endpoint.asked_at < seconds


def _bears(cluster: FoundCluster, tag: str, value: str) -> bool:
    """Source: names of Azure tags ignore case, values do not."""
    values = [found for name, found in cluster.tags.items() if name.lower() == tag.lower()]
    return value in values if value else bool(values)
