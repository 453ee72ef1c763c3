"""Use cases: make a cluster known by its names, and forget it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shared.domain.specs.aks_id import AksId, is_resource_id
from shared.domain.specs.cluster_alias import cluster_alias
from shared.errors import ConflictError, InvalidRequestError, NotFoundError, TidegateError
from shared.services.cluster_rows import ClusterRow
from shared.services.clusters import Clusters
from shared.services.record_audit import RecordAudit

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClusterWish:
    """`reference` is an AKS resource id or a kubeconfig context; `names` are further names and URLs."""

    name: str
    reference: str
    names: tuple[str, ...] = ()


class RegisterCluster:
    """`server_of` tells the server URL of a reference. No credential is stored: the reference leads to it."""

    def __init__(self, clusters: Clusters, server_of: Callable[[str], str], audit: RecordAudit) -> None:
        self._clusters, self._server_of, self._audit = clusters, server_of, audit

    def __call__(self, wish: ClusterWish, *, upsert: bool = False, who: str) -> ClusterRow:
        """Connect, find out which cluster it is, and register it under all its names. Safe to run twice.

        Raises InvalidRequestError, NotFoundError (no such reference), ConflictError (a name means another
        cluster), PermissionDeniedError or UnavailableError (we cannot enter).
        """
        reference = self._reference(wish)
        name = wish.name or reference
        key = self._clusters.by_reference(reference).key
        server = self._server_of(reference)
        aliases = frozenset(cluster_alias(each) for each in (name, reference, server, *wish.names) if each)
        wanted = ClusterRow(key, reference, name, server, aliases)
        self._refuse_contexts_of_others(wanted)
        row = self._clusters.rows.register(wanted, upsert=upsert)
        self._audit(who, "cluster.create", row.name, f"{reference} is {key}")
        return row

    def remove(self, written: str, *, who: str) -> None:
        """Forget a registered cluster by any of its names. Its objects and applications stay.

        Raises NotFoundError, and InvalidRequestError for a context of the kubeconfig.
        """
        alias = cluster_alias(written)
        row = self._clusters.rows.meant_by(alias)
        if row is not None:
            self._clusters.rows.remove(row)
            self._audit(who, "cluster.delete", row.name, row.key)
        elif self._clusters.context(alias) is not None:
            raise InvalidRequestError(
                f"Cluster {written}: is a context of the kubeconfig, and not registered. Remove it there"
            )
        else:
            raise NotFoundError(f'clusters "{written}" not found')

    def discovered(self, found: Iterable[AksId]) -> list[str]:
        """Register what bears our tag and is not known yet; return their names. One that fails is logged."""
        added = []
        for cluster in found:
            if self._clusters.rows.meant_by(cluster.key) is not None:
                continue
            try:
                added.append(self(ClusterWish(cluster.name, cluster.text), who="discovery").name)
            except TidegateError as error:
                log.warning("cluster not taken", extra={"cluster": cluster.text, "error": str(error)})
        return added

    def _reference(self, wish: ClusterWish) -> str:
        """What leads to the cluster: as wished, or a resource id or a context that one of the names means."""
        names = [each for each in (*wish.names, wish.name) if each]
        written = wish.reference or next((each for each in names if is_resource_id(each)), "")
        if not written:
            contexts = (self._clusters.context(cluster_alias(each)) for each in names)
            written = next((context for context in contexts if context), "")
        if not written:
            raise InvalidRequestError(
                f"Cluster {wish.name}: has neither resourceId nor context. Give the resource id of an AKS "
                "cluster or, in the embedded home, the name of a kubeconfig context: no credential is stored"
            )
        return AksId.parse(written).text if is_resource_id(written) else written

    def _refuse_contexts_of_others(self, wanted: ClusterRow) -> None:
        """A registered name goes before a context's: it must not lead elsewhere all of a sudden."""
        for alias in sorted(wanted.aliases):
            context = self._clusters.context(alias)
            if context is None or context == wanted.reference:
                continue
            try:
                other = self._clusters.by_reference(context).key
            except (NotFoundError, InvalidRequestError):  # a context that leads nowhere means no cluster
                continue
            if other != wanted.key:
                raise ConflictError(
                    f"Cluster {wanted.name} ({wanted.key}): {alias} already means the cluster {other} of the "
                    f"kubeconfig's context {context or 'in use'}. Choose another name"
                )
