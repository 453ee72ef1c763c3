"""syncOptions of an Application, and the annotation of the same language on an object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from shared.domain.manifests.manifest import annotations_of

ANNOTATION = "argocd.argoproj.io/sync-options"


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """A list of `Key=value`. Matched as exact text: what is unknown or spelt otherwise has no effect.

    Source: Argo CD gitops-engine/pkg/sync/common/types.go and pkg/apis/application/v1alpha1 (SyncOptions).
    """

    entries: tuple[str, ...] = ()

    @classmethod
    def of_resource(cls, manifest: Mapping[str, Any]) -> Self:
        """Read the comma-separated annotation of an object; no options where it is absent."""
        text = annotations_of(manifest).get(ANNOTATION)
        return cls(tuple(_distinct(str(text or "").split(","))))

    def over(self, application: SyncOptions) -> SyncOptions:
        """These options of an object laid over those of its Application: the object's keys win."""
        mine = {_key(entry) for entry in self.entries}
        kept = tuple(entry for entry in application.entries if _key(entry) not in mine)
        return SyncOptions(kept + self.entries)

    def has(self, entry: str) -> bool:
        return entry in self.entries

    def value_of(self, key: str) -> str:
        """The value of the first entry with this key, "" where there is none."""
        prefix = f"{key}="
        return next((entry.removeprefix(prefix) for entry in self.entries if entry.startswith(prefix)), "")

    @property
    def create_namespace(self) -> bool:
        return self.has("CreateNamespace=true")

    @property
    def apply_out_of_sync_only(self) -> bool:
        return self.has("ApplyOutOfSyncOnly=true")

    @property
    def prune_last(self) -> bool:
        return self.has("PruneLast=true")

    @property
    def prune(self) -> str:
        """`""` (prune when asked), `"false"` (never) or `"confirm"`."""
        return self._unless_allowed("Prune")

    @property
    def delete(self) -> str:
        """`""` (goes with its Application), `"false"` (stays) or `"confirm"`."""
        return self._unless_allowed("Delete")

    @property
    def prune_propagation_policy(self) -> str:
        """`foreground`, `background` or `orphan`."""
        policy = self.value_of("PrunePropagationPolicy")
        return policy if policy in ("background", "orphan") else "foreground"

    def _unless_allowed(self, key: str) -> str:
        value = self.value_of(key)
        return value if value in ("false", "confirm") else ""


def _key(entry: str) -> str:
    return entry.partition("=")[0]


def _distinct(items: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(item.strip() for item in items if item.strip())
