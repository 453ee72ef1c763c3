"""Desired and live objects, brought together into one Comparison."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.domain.compare.comparison import Comparison, ResourceDiff
from shared.domain.manifests.hooks import is_hook, is_skipped
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found out about an object that exists on both sides.

    `unconfirmed` names the webhook that refused the dry run: then `modified` is only a suspicion.
    """

    modified: bool = False
    unconfirmed: str = ""


def compare(
    desired: Sequence[Manifest],
    live: Mapping[ResourceKey, Manifest],
    *,
    tracked: Collection[ResourceKey],
    revisions: tuple[str, ...],
    verdicts: Mapping[ResourceKey, Verdict],
    hosted: Collection[ResourceKey] = (),
) -> Comparison:
    """Return every object that either side has, in the order of `desired`, then what git has no more.

    Args:
        desired: the rendered objects, namespaces filled in; of two with one key the last counts.
        live: what exists of the desired and the tracked objects.
        tracked: the inventory: objects that belong to this application now. Those that exist and are not
            desired become candidates for pruning (`desired` is None).
        revisions: the commits of the sources, in their order.
        verdicts: for objects on both sides; none = in sync.
        hosted: objects that live in Tidegate's store instead of the cluster.

    Hooks and what says Skip belong to no comparison: they run in a sync, or never.
    Source: Argo CD controller/state.go (CompareAppState).
    """
    wanted = {ResourceKey.of(manifest): manifest for manifest in desired if _is_kept(manifest)}
    diffs = [
        ResourceDiff(
            key, manifest, live.get(key), verdict.modified and key in live, key in hosted, verdict.unconfirmed
        )
        for key, manifest in wanted.items()
        for verdict in [verdicts.get(key, Verdict())]
    ]
    declared = {ResourceKey.of(manifest) for manifest in desired}
    extras = (
        ResourceDiff(key, None, manifest, hosted=key in hosted)
        for key, manifest in _extras(live, tracked, declared)
    )
    return Comparison(revisions, (*diffs, *extras))


def _extras(
    live: Mapping[ResourceKey, Manifest], tracked: Collection[ResourceKey], declared: Collection[ResourceKey]
) -> Iterator[tuple[ResourceKey, Manifest]]:
    for key in sorted(tracked):
        manifest = live.get(key)
        if manifest is not None and key not in declared and _is_kept(manifest):
            yield key, manifest


def _is_kept(manifest: Manifest) -> bool:
    return not (is_hook(manifest) or is_skipped(manifest))
