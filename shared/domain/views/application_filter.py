"""Which applications a list shows, and how many there are of each state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shared.domain.manifests.manifest import Manifest, labels_of, metadata_of
from shared.domain.record.application_status import ApplicationStatus
from shared.domain.specs.application_document import destination_of, project_of, repo_urls_of
from shared.domain.specs.cluster_alias import cluster_alias

Seen = tuple[Manifest, ApplicationStatus]


@dataclass(frozen=True, slots=True)
class ApplicationFilter:
    """Every field that is not empty has to fit. `syncs` and `healths` are states, any of which fits.

    `search` is a part of the name, the namespace or the repository, in letters of any case. `clusters` are
    names or server URLs as the applications have them. `labels` are pairs that all have to be there.
    """

    projects: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    namespace: str = ""
    name: str = ""
    search: str = ""
    repo: str = ""
    clusters: tuple[str, ...] = ()
    target_namespaces: tuple[str, ...] = ()
    syncs: tuple[str, ...] = ()
    healths: tuple[str, ...] = ()

    def takes(self, manifest: Manifest, status: ApplicationStatus) -> bool:
        """Whether an application fits in every respect."""
        return self.takes_document(manifest) and self.takes_state(status)

    def takes_state(self, status: ApplicationStatus) -> bool:
        """Whether its state fits."""
        return status.sync.value in (self.syncs or (status.sync.value,)) and status.health.status.value in (
            self.healths or (status.health.status.value,)
        )

    def takes_document(self, manifest: Manifest) -> bool:
        """Whether what its author wrote fits."""
        metadata, destination = metadata_of(manifest), destination_of(manifest)
        place = cluster_alias(str(destination.get("name") or destination.get("server") or ""))
        repos = repo_urls_of(manifest)
        words = (str(metadata.get("name")), str(metadata.get("namespace")), *repos)
        return all(
            (
                not self.projects or project_of(manifest) in self.projects,
                all(labels_of(manifest).get(name) == value for name, value in self.labels),
                self.namespace in ("", metadata.get("namespace")),
                self.name in ("", metadata.get("name")),
                not self.repo or self.repo in repos,
                not self.clusters or place in map(cluster_alias, self.clusters),
                not self.target_namespaces or destination.get("namespace") in self.target_namespaces,
                any(self.search.casefold() in word.casefold() for word in words),
            )
        )


def counts(seen: Iterable[ApplicationStatus]) -> dict[str, Any]:
    """Return {total, sync: {state: number}, health: {state: number}}."""
    states = [(status.sync.value, status.health.status.value) for status in seen]
    return {
        "total": len(states),
        "sync": dict(sorted(Counter(sync for sync, _ in states).items())),
        "health": dict(sorted(Counter(health for _, health in states).items())),
    }
