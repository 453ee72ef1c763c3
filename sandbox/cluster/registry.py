"""Which kinds are served now: the built-in ones and those that CustomResourceDefinitions add."""

from __future__ import annotations

import threading

from sandbox.cluster.kinds import BUILT_IN, Kind


class Registry:
    """Kinds by URL and by name. Safe to share between threads; readers see one consistent table."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._custom: dict[str, tuple[Kind, ...]] = {}
        self._kinds: tuple[Kind, ...] = BUILT_IN
        self._by_path: dict[tuple[str, str, str], Kind] = {}
        self._by_name: dict[tuple[str, str, str], Kind] = {}
        self._stored: dict[str, Kind] = {}
        self._rebuild()

    def kinds(self) -> tuple[Kind, ...]:
        """Every served kind in every version, built-in first, preferred versions first."""
        return self._kinds

    def at(self, group: str, version: str, plural: str) -> Kind | None:
        """Find by URL: `apps`, `v1`, `deployments`."""
        return self._by_path.get((group, version, plural))

    def of(self, api_version: str, kind: str) -> Kind | None:
        """Find by what a manifest says."""
        group, _, version = api_version.rpartition("/")
        return self._by_name.get((group, version, kind))

    def stored(self, resource: str) -> Kind | None:
        """Find by resource name, in the version that is preferred: `deployments.apps`."""
        return self._stored.get(resource)

    def serve(self, definition: str, kinds: tuple[Kind, ...]) -> None:
        """Serve the kinds of a CustomResourceDefinition, instead of those it had."""
        with self._lock:
            self._custom[definition] = kinds
            self._rebuild()

    def drop(self, definition: str) -> None:
        """Stop serving what a CustomResourceDefinition added."""
        with self._lock:
            self._custom.pop(definition, None)
            self._rebuild()

    def _rebuild(self) -> None:
        kinds = BUILT_IN + tuple(kind for kinds in self._custom.values() for kind in kinds)
        self._by_path = {(k.group, k.version, k.plural): k for k in kinds}
        self._by_name = {(k.group, k.version, k.kind): k for k in kinds}
        self._stored = {k.resource: k for k in reversed(kinds)}
        self._kinds = kinds
