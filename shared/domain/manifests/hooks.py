"""Hooks: objects that run at a moment of a sync instead of being kept."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from shared.domain.manifests.manifest import annotations_of

HOOK = "argocd.argoproj.io/hook"
HELM_HOOK = "helm.sh/hook"
_SKIP = "Skip"


class HookPhase(StrEnum):
    """When a hook runs."""

    PRE_SYNC = "PreSync"
    SYNC = "Sync"
    POST_SYNC = "PostSync"
    SYNC_FAIL = "SyncFail"
    PRE_DELETE = "PreDelete"
    POST_DELETE = "PostDelete"


_HELM_PHASES = {
    "pre-install": HookPhase.PRE_SYNC,
    "pre-upgrade": HookPhase.PRE_SYNC,
    "post-install": HookPhase.POST_SYNC,
    "post-upgrade": HookPhase.POST_SYNC,
    "pre-delete": HookPhase.PRE_DELETE,
    "post-delete": HookPhase.POST_DELETE,
}
_SYNC_WORDS = frozenset({"PreSync", "Sync", "PostSync", "SyncFail", _SKIP})


def is_hook(manifest: Mapping[str, Any]) -> bool:
    """Is this a hook, one that never runs included? `crd-install` is no hook, nor is what is skipped.

    Source: Argo CD gitops-engine/pkg/sync/hook/hook.go and helm/hook.go.
    """
    annotations = annotations_of(manifest)
    if HOOK in annotations:
        return not is_skipped(manifest)
    return HELM_HOOK in annotations and annotations[HELM_HOOK] != "crd-install"


def is_skipped(manifest: Mapping[str, Any]) -> bool:
    """Does it say Skip and nothing else? Then it is neither applied, nor compared, nor pruned."""
    words = _words(manifest, HOOK)
    return [word for word in words if word in _SYNC_WORDS] == [_SKIP]


def hook_phases(manifest: Mapping[str, Any]) -> tuple[HookPhase, ...]:
    """The phases in which the hook runs, in the order written; none = it never runs.

    Helm's hooks count only where Argo CD's annotation says nothing that is known. `test` and the rollback
    hooks of Helm never run.

    Source: Argo CD hook.Types; controller/hook.go for the phases of deletion.
    """
    known = {phase.value: phase for phase in HookPhase}
    argo = _words(manifest, HOOK)
    phases = [known[word] for word in argo if word in known]
    if not phases and _SKIP not in argo:
        phases = [_HELM_PHASES[word] for word in _words(manifest, HELM_HOOK) if word in _HELM_PHASES]
    return tuple(dict.fromkeys(phases))


def _words(manifest: Mapping[str, Any], annotation: str) -> list[str]:
    text = annotations_of(manifest).get(annotation)
    return [word.strip() for word in str(text or "").split(",") if word.strip()]
