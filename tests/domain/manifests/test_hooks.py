"""Hooks as Argo CD and Helm write them."""

from __future__ import annotations

import pytest

from shared.domain.manifests.hooks import (
    hook_phases,
    is_hook,
    is_skipped,
)

ARGO, HELM = "argocd.argoproj.io/hook", "helm.sh/hook"


def annotated(**annotations: str) -> dict[str, object]:
    """A Job with `argo=` and `helm=` hook annotations."""
    keys = {
        "argo": ARGO,
        "helm": HELM,
        "delete": f"{ARGO}-delete-policy",
        "helm_delete": f"{HELM}-delete-policy",
    }
    return {
        "kind": "Job",
        "metadata": {"annotations": {keys[name]: text for name, text in annotations.items()}},
    }


PHASES = [
    ({}, False, ""),
    ({"argo": "PreSync"}, True, "PreSync"),
    ({"argo": "PostSync, PreSync,PostSync"}, True, "PostSync PreSync"),
    ({"argo": "SyncFail"}, True, "SyncFail"),
    ({"argo": "PreDelete,PostDelete"}, True, "PreDelete PostDelete"),
    ({"argo": "Skip"}, False, ""),
    ({"argo": "Skip,Sync"}, True, "Sync"),
    ({"argo": "presync"}, True, ""),
    ({"argo": ""}, True, ""),
    ({"argo": "Sync", "helm": "pre-install"}, True, "Sync"),
    ({"argo": "garbage", "helm": "pre-install"}, True, "PreSync"),
    ({"argo": "Skip", "helm": "pre-install"}, False, ""),
    ({"helm": "pre-install,pre-upgrade"}, True, "PreSync"),
    ({"helm": "post-install,post-upgrade"}, True, "PostSync"),
    ({"helm": "pre-delete"}, True, "PreDelete"),
    ({"helm": "post-delete"}, True, "PostDelete"),
    ({"helm": "test"}, True, ""),
    ({"helm": "test-success"}, True, ""),
    ({"helm": "pre-rollback"}, True, ""),
    ({"helm": "crd-install"}, False, ""),
]


@pytest.mark.parametrize(("annotations", "hook", "phases"), PHASES, ids=[str(case[0]) for case in PHASES])
def test_annotations_say_whether_and_when_it_runs(
    annotations: dict[str, str], hook: bool, phases: str
) -> None:
    manifest = annotated(**annotations)
    assert is_hook(manifest) is hook
    assert " ".join(hook_phases(manifest)) == phases


def test_only_skip_alone_is_skipped() -> None:
    assert is_skipped(annotated(argo=" Skip "))
    assert not is_skipped(annotated(argo="Skip,Sync"))
    assert not is_skipped(annotated(helm="Skip"))
