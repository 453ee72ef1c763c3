"""Options that are noted."""

from __future__ import annotations

from typing import Any

from shared.domain.specs.noted_options import noted_options
from shared.domain.specs.sync_options import ANNOTATION, SyncOptions


def an_object(name: str, options: str) -> dict[str, Any]:
    return {"kind": "Job", "metadata": {"name": name, "annotations": {ANNOTATION: options}}}


def noted(*application: str, manifests: tuple[dict[str, Any], ...] = ()) -> list[str]:
    return [
        message.partition(" is noted")[0] for _, message in noted_options(SyncOptions(application), manifests)
    ]


def test_what_we_do_in_our_own_way_is_noted_with_its_place() -> None:
    assert noted("Replace=true", "CreateNamespace=true") == ["Replace=true of spec.syncPolicy.syncOptions"]


def test_an_option_of_many_objects_is_noted_once() -> None:
    objects = (an_object("a", "Force=true"), an_object("b", "Force=true,Replace=true"))
    assert noted(manifests=objects) == ["Force=true of Job a", "Replace=true of Job b"]


def test_what_is_done_needs_no_note() -> None:
    assert noted("PruneLast=true", "ServerSideApply=true", manifests=(an_object("a", "Prune=false"),)) == []
