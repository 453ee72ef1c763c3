"""Resources and results of a sync as rows, the way Argo CD's clients print them."""

from __future__ import annotations

from collections.abc import Sequence

from tidegate.client import Json
from tidegate.output import Column, show_table, text
from tidegate.session import Session

RESOURCE_COLUMNS = (
    Column("GROUP", lambda row: row.get("group")),
    Column("KIND", lambda row: row.get("kind")),
    Column("NAMESPACE", lambda row: row.get("namespace")),
    Column("NAME", lambda row: row.get("name")),
    Column("STATUS", lambda row: row.get("status")),
    Column("HEALTH", lambda row: (row.get("health") or {}).get("status")),
    Column("HOOK", lambda row: row.get("hookType")),
    Column("MESSAGE", lambda row: row.get("message")),
)


def show_resources(session: Session, application: Json) -> None:
    """The table under `app get`, `app sync` and `app wait`: every resource with what the last sync said."""
    rows = resource_rows(application)
    if not rows:
        return
    titles = [column.title for column in RESOURCE_COLUMNS]
    show_table(session, titles, [[text(c.value(row)) for c in RESOURCE_COLUMNS] for row in rows])


def resource_rows(application: Json) -> list[Json]:
    """Resources of the status with the message of the last sync; results of what is gone come last.

    Source: Argo CD's `getResourceStates`: a result without a resource shows its own status.
    """
    status = application.get("status") or {}
    results = {_key(each): each for each in _results(status)}
    rows = []
    for resource in status.get("resources") or []:
        result = results.pop(_key(resource), {})
        message = (resource.get("health") or {}).get("message") or result.get("message", "")
        rows.append({**resource, "message": message, "hookType": result.get("hookType", "")})
    return rows + list(results.values())


def _results(status: Json) -> Sequence[Json]:
    return ((status.get("operationState") or {}).get("syncResult") or {}).get("resources") or []


def _key(entry: Json) -> tuple[str, ...]:
    return tuple(str(entry.get(name) or "") for name in ("group", "kind", "namespace", "name"))
