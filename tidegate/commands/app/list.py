"""`tidegate app list`."""

from __future__ import annotations

from typing import Any

import click

from tidegate.applications import (
    cluster_of,
    conditions_of,
    health_status,
    name_of,
    sources_of,
    sync_policy,
    sync_status,
)
from tidegate.client import Client, Json, path_of
from tidegate.command_line import Command, with_session
from tidegate.output import Column, output_option, show_list
from tidegate.session import Session

_COLUMNS = (
    Column("NAME", name_of),
    Column("CLUSTER", cluster_of),
    Column("NAMESPACE", lambda app: app["spec"].get("destination", {}).get("namespace")),
    Column("PROJECT", lambda app: app["spec"].get("project") or "default"),
    Column("STATUS", sync_status),
    Column("HEALTH", health_status),
    Column("SYNCPOLICY", sync_policy),
    Column("CONDITIONS", lambda app: [each["type"] for each in conditions_of(app)] or "<none>"),
    Column("REPO", lambda app: [source.get("repoURL", "") for source in sources_of(app)], wide=True),
    Column(
        "PATH",
        lambda app: [source.get("path") or source.get("chart") for source in sources_of(app)],
        wide=True,
    ),
    Column("TARGET", lambda app: [source.get("targetRevision") for source in sources_of(app)], wide=True),
)


_ROW = (  # what a line of the table shows: the server sends nothing else
    *("items.metadata.name", "items.metadata.namespace", "items.spec", "items.status.sync.status"),
    *("items.status.health.status", "items.status.conditions", "metadata"),
)
_PAGE = 500
_SYNCS = ("Synced", "OutOfSync", "Unknown")
_HEALTHS = ("Healthy", "Progressing", "Degraded", "Suspended", "Missing", "Unknown")


@click.command("list", cls=Command)
@click.option("-p", "--project", "projects", multiple=True, help="Only of this project; may be repeated.")
@click.option("-l", "--selector", default="", help="Only with these labels, such as team=a,tier=web.")
@click.option(
    "--sync",
    multiple=True,
    type=click.Choice(_SYNCS, case_sensitive=False),
    help="Only with this sync status; may be repeated.",
)
@click.option(
    "--health",
    multiple=True,
    type=click.Choice(_HEALTHS, case_sensitive=False),
    help="Only with this health; may be repeated.",
)
@click.option(
    "-c", "--cluster", multiple=True, help="Only of this cluster, by name or server; may be repeated."
)
@click.option("-N", "--app-namespace", default="", help="Only of this namespace. Default: of all.")
@click.option("-r", "--repo", default="", help="Only of this repository.")
@click.option("--search", default="", help="Only with this text in name, namespace or repository.")
@click.option("--limit", type=click.IntRange(min=1), help="Show N at most. Default: all.")
@output_option("wide", "json", "yaml", "name")
@with_session
def list_applications(session: Session, output: str, limit: int | None, **filters: Any) -> None:
    """List applications.

    Exit status: 0 listed, 4 not logged in.
    """
    query = {
        "projects": filters["projects"],
        "selector": filters["selector"],
        "sync": filters["sync"],
        "health": filters["health"],
        "cluster": filters["cluster"],
        "appNamespace": filters["app_namespace"],
        "repo": filters["repo"],
        "search": filters["search"],
        "fields": "" if output in ("json", "yaml") else ",".join(_ROW),
    }
    found, left = _pages(session.client, query, limit)
    show_list(session, found, _COLUMNS, lambda app: str(name_of(app)), output)
    if left:
        session.progress(f"{left} more")


def _pages(client: Client, query: dict[str, object], limit: int | None) -> tuple[list[Json], int]:
    """The applications, page by page, and how many more there are."""
    found: list[Json] = []
    token = ""
    while True:
        wanted = min(_PAGE, limit - len(found)) if limit else _PAGE
        page = client.get(path_of("applications"), {**query, "limit": wanted, "continue": token})
        metadata = page.get("metadata") or {}
        found += page.get("items") or []
        token = str(metadata.get("continue") or "")
        if not token or (limit and len(found) >= limit):
            return found, int(metadata.get("remainingItemCount") or 0)
