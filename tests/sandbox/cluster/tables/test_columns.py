"""The columns of each kind are those of a kube-apiserver; custom kinds bring their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.cluster.kinds import BUILT_IN, Kind
from sandbox.cluster.tables.cells import Row
from sandbox.cluster.tables.columns import columns_of
from tests.controlplane.control_plane import ControlPlane

TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
FIELDS = ("name", "type", "format", "priority")


def shown(definitions: Any) -> list[tuple[Any, ...]]:
    return [tuple(each[field] for field in FIELDS) for each in definitions]


def test_every_built_in_kind_has_the_columns_of_a_kube_apiserver(control_plane: ControlPlane) -> None:
    different = {}
    for kind in (each for each in BUILT_IN if "list" in each.verbs):
        root = f"apis/{kind.api_version}" if kind.group else "api/v1"
        url = f"{control_plane.server}/{root}/{kind.plural}"
        with control_plane._session.get(url, headers=TABLE) as answer:
            real = shown(answer.json()["columnDefinitions"])
        if real != shown(columns_of(kind).definitions):
            different[kind.resource] = real
    assert different == {}


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.resource)
def test_a_row_has_a_cell_for_each_column_also_of_an_empty_object(kind: Kind) -> None:
    columns = columns_of(kind)
    row = Row({"metadata": {"name": "x"}}, datetime(2026, 1, 1, tzinfo=UTC))
    assert len(columns.cells(row)) == len(columns.definitions)


def test_a_custom_kind_without_columns_shows_name_and_age() -> None:
    columns = columns_of(Kind("x.test", "v1", "Tide", "tides"))
    metadata = {"name": "x", "creationTimestamp": "2026-01-01T00:00:00Z"}
    row = Row({"metadata": metadata}, datetime(2026, 1, 1, 1, tzinfo=UTC))
    assert [each["name"] for each in columns.definitions] == ["Name", "Age"]
    assert columns.cells(row) == ["x", "60m"]


def test_a_custom_kind_shows_what_its_definition_says() -> None:
    wanted = (
        {"name": "Height", "type": "integer", "jsonPath": ".spec.height"},
        {"name": "Ready", "type": "string", "jsonPath": ".status.ready", "priority": 1},
    )
    columns = columns_of(Kind("x.test", "v1", "Tide", "tides", columns=wanted))
    row = Row({"metadata": {"name": "x"}, "spec": {"height": 3}}, datetime(2026, 1, 1, tzinfo=UTC))
    assert shown(columns.definitions) == [
        ("Name", "string", "name", 0),
        ("Height", "integer", "", 0),
        ("Ready", "string", "", 1),
    ]
    assert columns.cells(row) == ["x", 3, None]
