"""Rows of a meta.k8s.io/v1 Table out of objects.

Source: k8s.io/apiserver/pkg/endpoints/handlers/response.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sandbox.cluster.kinds import Kind
from sandbox.cluster.store import Stored, in_version
from sandbox.cluster.tables.cells import Row
from sandbox.cluster.tables.columns import columns_of

_Json = dict[str, Any]


def rows_of(kind: Kind, objects: Iterable[Stored], *, now: datetime, include: str) -> list[_Json]:
    """One row an object. `include` says what it carries of the object: None, Metadata or Object."""
    columns = columns_of(kind)
    return [
        {"cells": columns.cells(Row(stored.body, now)), "object": _object(stored, kind, include)}
        for stored in objects
    ]


def _object(stored: Stored, kind: Kind, include: str) -> _Json | None:
    if include == "None":
        return None
    if include == "Object":
        return in_version([stored], kind.api_version)[0].body
    partial = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}
    return {**partial, "metadata": stored.body["metadata"]}
