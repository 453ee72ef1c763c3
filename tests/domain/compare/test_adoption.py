"""What other tools made is taken over without being changed."""

from __future__ import annotations

import json
from typing import Any

from shared.domain.compare.adoption import (
    ADOPTED_MANAGERS,
    LAST_APPLIED,
    field_set_of,
    last_applied_of,
    without_bookkeeping,
    without_missing_marks,
)
from shared.domain.manifests.manifest import Manifest, annotations_of, labels_of

TRACKING, LABEL = "argocd.argoproj.io/tracking-id", "tidegate.dev/installation"


def config(app: str = "", label: str = "", manager: str = "", **annotations: str) -> Manifest:
    notes: dict[str, Any] = {**annotations, **({TRACKING: f"{app}:/ConfigMap:shop/c"} if app else {})}
    metadata: dict[str, Any] = {"name": "c", "namespace": "shop", "annotations": notes}
    metadata["labels"] = {LABEL: label} if label else {}
    if manager:
        metadata["managedFields"] = [{"manager": manager, "operation": "Apply"}]
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}


def marks(live: Manifest) -> list[str]:
    found = without_missing_marks(config("shop", "home", note="x"), live, "tidegate")
    return sorted([*annotations_of(found), *labels_of(found)])


def test_marks_that_an_observed_object_lacks_are_left_out_each_for_itself() -> None:
    assert marks(config()) == ["note"]
    assert marks(config(app="shop")) == [TRACKING, "note"]
    assert marks(config(label="home")) == ["note", LABEL]


def test_what_we_have_applied_must_carry_them() -> None:
    assert marks(config(manager="tidegate")) == [TRACKING, "note", LABEL]
    assert marks(config(manager="kubectl")) == ["note"]


def test_the_notes_of_other_tools_are_not_adopted() -> None:
    owned: dict[str, Any] = {
        "f:metadata": {
            "f:annotations": {f"f:{LAST_APPLIED}": {}, "f:meta.helm.sh/release-name": {}, "f:team": {}},
            "f:labels": {"f:app.kubernetes.io/managed-by": {}},
        },
        "f:spec": {},
    }
    assert without_bookkeeping(owned) == {"f:metadata": {"f:annotations": {"f:team": {}}}, "f:spec": {}}


def test_commands_of_people_are_not_adopted() -> None:
    assert "helm" in ADOPTED_MANAGERS
    assert not {"kubectl-edit", "kubectl-rollout", "kubectl-scale"} & set(ADOPTED_MANAGERS)


def test_what_kubectl_applied_last_is_read_where_it_can_be() -> None:
    assert last_applied_of(config(**{LAST_APPLIED: json.dumps({"a": 1})})) == {"a": 1}
    assert last_applied_of(config(**{LAST_APPLIED: "{"})) is None
    assert last_applied_of(config(**{LAST_APPLIED: "[]"})) is None
    assert last_applied_of(config()) is None


def test_a_value_becomes_the_fields_of_who_applied_it() -> None:
    value = {"a": 1, "gone": None, "env": [{"name": "A", "value": "1"}], "args": ["x"]}
    assert field_set_of(value, value, {"f:args": {}}) == {
        "f:a": {},
        "f:env": {'k:{"name":"A"}': {".": {}, "f:name": {}, "f:value": {}}},
        "f:args": {},
    }
