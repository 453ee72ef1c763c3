"""Which fields of one object may differ between git and the cluster, without asking the server.

Neither half alone is right. (b) *desired is a subset of live* misses a field that git has dropped; (c) *we
own what git no longer has* misses a field that another has taken over. Their union had no miss and no
false difference against the server's own dry run (tests/golden/compare, facts measured on 1.34).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from shared.domain.compare.adoption import (
    field_set_of,
    last_applied_of,
    without_bookkeeping,
    without_missing_marks,
)
from shared.domain.compare.field_sets import Entry, FieldSet, Path, entries_of, fields_of, merge, text_of
from shared.domain.compare.ignored_fields import left_to, without_ignored
from shared.domain.compare.same_value import is_built_in
from shared.domain.compare.subset import Reading, unmet_paths
from shared.domain.compare.surplus import surplus_paths
from shared.domain.manifests.manifest import Manifest, metadata_of

_NOT_COMPARED = {"apiVersion", "kind", "status"}
SERVER_METADATA = frozenset(
    {
        "creationTimestamp",
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "generateName",
        "generation",
        "managedFields",
        "name",
        "namespace",
        "resourceVersion",
        "selfLink",
        "uid",
    }
)
_CLIENT_SIDE = {"kubectl-client-side-apply", "before-first-apply", "argocd-controller"}


def suspect_paths(
    desired: Manifest,
    live: Manifest,
    *,
    manager: str = "tidegate",
    managers: Collection[str] = (),
    ignored: Sequence[str] = (),
    ignored_managers: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the fields that a sync may change; none means Synced, without a question to the server.

    Args:
        desired: the object as rendered, tracking marks included.
        live: the object as the server gave it, with its managedFields, in the same apiVersion; another
            version makes `apiVersion` the one suspect, since fields may have other names there.
        manager: our field manager.
        managers: field managers whose fields pass to us at adoption (adoption.ADOPTED_MANAGERS). A dry run
            cannot confirm what only they own: the server removes it once their fields are migrated to us.
        ignored: JSON pointers of ignoreDifferences.
        ignored_managers: field managers whose fields are left to them.

    Returns:
        Paths as people read them (`spec.template.spec.containers[name=web].image`), in order, once each.
    """
    if desired.get("apiVersion") != live.get("apiVersion") or _applied_in_another_version(live, manager):
        return ("apiVersion",)
    wanted = comparable(without_missing_marks(desired, live, manager), ignored)
    found = comparable(live, ignored)
    mine = fields_of(live, lambda entry: entry.get("manager") == manager)
    paths = _paths(wanted, found, live, _owned(live, mine, manager, managers), mine)
    suspects = (path for path in paths if not left_to(live, path, ignored_managers))
    return tuple(dict.fromkeys(map(text_of, suspects)))


def comparable(manifest: Manifest, ignored: Sequence[str] = ()) -> Manifest:
    """Return what counts in a comparison: no status, nothing that the server alone writes.

    `stringData` of a Secret is folded into `data`, as the server does. The input is not changed.
    """
    kept = {name: value for name, value in manifest.items() if name not in _NOT_COMPARED}
    metadata = metadata_of(manifest)
    kept["metadata"] = {name: value for name, value in metadata.items() if name not in SERVER_METADATA}
    if manifest.get("kind") == "Secret" and manifest.get("apiVersion") == "v1":
        kept = _folded(kept)
    return without_ignored(kept, ignored)


def _paths(
    wanted: Manifest, found: Manifest, live: Manifest, owned: tuple[FieldSet, FieldSet], mine: FieldSet
) -> Iterator[Path]:
    everyone = fields_of(live, lambda entry: True)
    built_in = is_built_in(str(live.get("apiVersion") or ""))
    yield from unmet_paths(wanted, found, everyone, Reading(built_in, mine))
    ours, others = owned
    yield from surplus_paths(ours, others, wanted, found, built_in=built_in)


def _owned(
    live: Manifest, mine: FieldSet, manager: str, managers: Collection[str]
) -> tuple[FieldSet, FieldSet]:
    """Return the fields that are ours, adopted ones included, and those of everybody else."""
    adopted = {name for name in managers if name != manager}
    applied = last_applied_of(live) if adopted else None

    def declared(entry: Entry) -> bool:
        told_better = applied is not None and entry.get("operation") == "Update"
        return entry.get("manager") in adopted and not (told_better and entry["manager"] in _CLIENT_SIDE)

    taken = fields_of(live, declared)
    if applied is not None and applied.get("apiVersion") == live.get("apiVersion"):
        everyone = fields_of(live, lambda entry: True)
        merge(taken, field_set_of(comparable(applied), live, everyone))
    ours = without_bookkeeping(taken)
    merge(ours, mine)
    others = fields_of(live, lambda entry: entry.get("manager") not in {manager, *adopted})
    return ours, others


def _applied_in_another_version(live: Manifest, manager: str) -> bool:
    version = live.get("apiVersion")
    return any(e.get("manager") == manager and e.get("apiVersion") != version for e in entries_of(live))


def _folded(secret: Manifest) -> Manifest:
    """Source: Convert_v1_Secret_To_core_Secret: stringData wins over data."""
    text: Any = secret.get("stringData")
    if not isinstance(text, dict):
        return secret
    encoded = {
        name: b64encode(str(value).encode()).decode() for name, value in text.items() if value is not None
    }
    data = {**(secret.get("data") or {}), **encoded}
    return {**{name: value for name, value in secret.items() if name != "stringData"}, "data": data}
