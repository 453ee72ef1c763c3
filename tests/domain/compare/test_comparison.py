"""An application is in sync when each of its objects is."""

from __future__ import annotations

from shared.domain.compare.comparison import Comparison, ResourceDiff, SyncStatus
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey

KEY = ResourceKey("", "ConfigMap", "shop", "settings")


def config_map(options: str = "") -> Manifest:
    annotations = {"argocd.argoproj.io/compare-options": options} if options else {}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "settings", "namespace": "shop", "annotations": annotations},
    }


def status(*diffs: ResourceDiff) -> SyncStatus:
    return Comparison(("abc",), diffs).status


def test_both_sides_unmodified_is_synced() -> None:
    assert status(ResourceDiff(KEY, config_map(), config_map())) is SyncStatus.SYNCED


def test_a_modified_missing_or_extra_object_is_out_of_sync() -> None:
    assert status(ResourceDiff(KEY, config_map(), config_map(), modified=True)) is SyncStatus.OUT_OF_SYNC
    assert status(ResourceDiff(KEY, config_map(), None)) is SyncStatus.OUT_OF_SYNC
    assert status(ResourceDiff(KEY, None, config_map())) is SyncStatus.OUT_OF_SYNC


def test_an_extra_object_with_ignore_extraneous_does_not_spoil_the_application() -> None:
    extra = ResourceDiff(KEY, None, config_map("ServerSideDiff=true, IgnoreExtraneous"))
    assert status(extra) is SyncStatus.SYNCED
    assert extra.status is SyncStatus.OUT_OF_SYNC


def test_ignore_extraneous_says_nothing_of_an_object_that_git_wants() -> None:
    wanted = ResourceDiff(KEY, config_map("IgnoreExtraneous"), config_map("IgnoreExtraneous"), modified=True)
    assert status(wanted) is SyncStatus.OUT_OF_SYNC
