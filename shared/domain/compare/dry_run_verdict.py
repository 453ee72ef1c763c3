"""What the server's dry run says: would an apply change the live object?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from shared.domain.compare.adoption import LAST_APPLIED, without_missing_marks
from shared.domain.compare.field_sets import FieldSet, Path, below, fields_of, merge, owns, text_of
from shared.domain.compare.ignored_fields import left_to
from shared.domain.compare.list_shapes import ATOMIC, shape_of, steps_of
from shared.domain.compare.object_diff import comparable
from shared.domain.compare.subset import ABSENT
from shared.domain.manifests.manifest import Manifest, annotations_of, metadata_of
from shared.domain.manifests.tracking import INSTALLATION, TRACKING_ID

_MARKS = {TRACKING_ID, INSTALLATION}


def differs(
    live: Manifest,
    predicted: Manifest,
    *,
    desired: Manifest,
    manager: str = "tidegate",
    ignored: Sequence[str] = (),
    ignored_managers: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the fields that the apply would change; none means Synced.

    Args:
        live: the object as it is.
        predicted: the server's answer to the dry run of applying `desired` as `manager`.
        desired: what was applied.
        ignored, ignored_managers: as in object_diff.suspect_paths.

    Left out are what the server writes by itself, status, marks that an observed object does not carry
    yet, `{}` against nothing, and what a webhook changed on its way: a field that `manager` owns neither
    before nor after the dry run.

    Source: Argo CD gitops-engine/pkg/diff/diff.go (serverSideDiff, removeWebhookMutation).
    """
    marked = without_missing_marks(desired, live, manager)
    before = comparable(_without_note(live), ignored)
    after = comparable(_without_note(_with_marks_of(predicted, marked)), ignored)
    fields = fields_of(live, lambda entry: True)
    changes = list(_changes(before, after, fields))
    ours = [_owned_by(manager, live), _owned_by(manager, predicted)]
    known = bool(ours[1])
    mine = (
        path
        for path in changes
        if (not known or any(owns(owned, path) for owned in ours))
        and not left_to(live, path, ignored_managers)
    )
    return tuple(dict.fromkeys(map(text_of, mine)))


def _changes(before: Any, after: Any, fields: FieldSet | None, at: Path = ()) -> Iterator[Path]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            step = f"f:{name}"
            yield from _changes(
                before.get(name, ABSENT), after.get(name, ABSENT), below(fields, step), (*at, step)
            )
    elif isinstance(before, list) and isinstance(after, list):
        yield from _list_changes(before, after, fields, at)
    elif not _same(before, after):
        yield at


def _list_changes(before: list[Any], after: list[Any], fields: FieldSet | None, at: Path) -> Iterator[Path]:
    shape = shape_of(after, before, fields, at)
    if shape == ATOMIC:
        if before != after:
            yield at
        return
    old = dict(zip(steps_of(before, shape), before, strict=True))
    new = dict(zip(steps_of(after, shape), after, strict=True))
    if [step for step in old if step in new] != [step for step in new if step in old]:
        yield at
    for step in {**old, **new}:
        yield from _changes(old.get(step, ABSENT), new.get(step, ABSENT), below(fields, step), (*at, step))


def _same(before: Any, after: Any) -> bool:
    """Nothing, null and an empty map or list are one."""
    empty: tuple[Any, ...] = (ABSENT, None, {}, [])
    if before in empty or after in empty:
        return before in empty and after in empty
    return bool(before == after)


def _owned_by(manager: str, manifest: Manifest) -> FieldSet:
    """The fields of one manager; `stringData` of a Secret is owned by that name, but changes `data`."""
    owned = fields_of(manifest, lambda entry: entry.get("manager") == manager)
    if manifest.get("kind") == "Secret" and "f:stringData" in owned:
        merge(owned.setdefault("f:data", {}), owned["f:stringData"])
    return owned


def _with_marks_of(predicted: Manifest, marked: Manifest) -> Manifest:
    """Take those marks out of the prediction that were left out of desired."""
    metadata = dict(metadata_of(predicted))
    for field in ("annotations", "labels"):
        kept = metadata_of(marked).get(field) or {}
        values = metadata.get(field)
        if isinstance(values, dict):
            metadata[field] = {k: v for k, v in values.items() if k in kept or k not in _MARKS}
    return {**predicted, "metadata": metadata}


def _without_note(manifest: Manifest) -> Manifest:
    annotations = {k: v for k, v in annotations_of(manifest).items() if k != LAST_APPLIED}
    return {**manifest, "metadata": {**metadata_of(manifest), "annotations": annotations}}
