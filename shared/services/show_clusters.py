"""Use case: clusters as people and clients see them, asked just now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from shared.domain.specs.application import Application
from shared.domain.specs.cluster_alias import IN_CLUSTER, cluster_alias
from shared.domain.views.cluster_view import SeenCluster, cluster_view
from shared.errors import NotFoundError, TidegateError
from shared.ports.clock import Clock
from shared.services.application_rows import ApplicationRows
from shared.services.cluster_rows import ClusterRow
from shared.services.clusters import Clusters

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class _Named:
    """What can be shown: a registered cluster with its row, or a context without one."""

    name: str
    server: str
    reference: str
    row: ClusterRow | None = None


class ShowClusters:
    """Registered clusters first, then contexts of the kubeconfig; one with several names is shown once."""

    def __init__(self, clusters: Clusters, rows: ApplicationRows, clock: Clock) -> None:
        self._clusters, self._rows, self._clock = clusters, rows, clock

    def many(self) -> list[dict[str, Any]]:
        """All of them. Those that are away are shown with the reason, after a few seconds."""
        named = [_of_row(row) for row in self._clusters.rows.registered()]
        named += [_Named(name, server, name) for name, server in self._clusters.contexts()]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            local = pool.submit(self._look, _Named(*IN_CLUSTER, ""))
            seen = list(pool.map(self._look, named))
            if local.result().key:  # a local cluster that nobody can reach is none
                seen.append(local.result())
        return self._shown(_once(seen))

    def one(self, written: str) -> dict[str, Any]:
        """By name, server URL, resource id or any other alias. Raises NotFoundError in Argo CD's words."""
        alias = cluster_alias(written)
        row = self._clusters.rows.meant_by(alias)
        context = None if row else self._clusters.context(alias)
        if row is not None:
            named = _of_row(row)
        elif context is not None:
            servers = dict(self._clusters.contexts())
            named = _Named(context or IN_CLUSTER[0], servers.get(context, IN_CLUSTER[1]), context)
        else:
            raise NotFoundError(f'clusters "{written}" not found')
        return self._shown([self._look(named)])[0]

    def _look(self, named: _Named) -> SeenCluster:
        seen = SeenCluster(
            named.name,
            named.server,
            named.reference,
            self._clock.now(),
            key=named.row.key if named.row else "",
            aliases={cluster_alias(named.name), cluster_alias(named.server)},
            registered=named.row is not None,
        )
        try:
            if named.row is not None:
                connected = self._clusters.registered(named.row)
            else:
                connected = self._clusters.by_reference(named.reference)
            return replace(seen, key=connected.key, version=connected.cluster.discovery.version())
        except TidegateError as error:
            return replace(seen, problem=str(error))

    def _shown(self, seen: Iterable[SeenCluster]) -> list[dict[str, Any]]:
        with_aliases = [replace(each, aliases=self._aliases(each)) for each in seen]
        counts = self._counts()
        return [
            cluster_view(replace(each, applications=sum(counts[alias] for alias in each.aliases)))
            for each in with_aliases
        ]

    def _aliases(self, seen: SeenCluster) -> frozenset[str]:
        row = self._clusters.rows.get(seen.key) if seen.key else None
        return frozenset(seen.aliases) | (row.aliases if row else frozenset())

    def _counts(self) -> Counter[str]:
        """How many applications go to each alias."""
        counts: Counter[str] = Counter()
        for stored in self._rows.applications():
            try:
                destination = Application.parse(stored.manifest).destination
            except TidegateError:  # its own status says what is wrong with it
                continue
            counts[cluster_alias(destination.name or destination.server)] += 1
        return counts


def _of_row(row: ClusterRow) -> _Named:
    return _Named(row.name, row.server, row.reference, row)


def _once(seen: Iterable[SeenCluster]) -> list[SeenCluster]:
    """The first of each cluster; one whose key nobody knows stays for itself."""
    first: dict[str, SeenCluster] = {}
    for each in seen:
        first.setdefault(each.key or f"context {each.name}", each)
    return list(first.values())
