"""`tidegate app list`."""

from __future__ import annotations

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
from tidegate.client import Json, path_of
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


@click.command("list", cls=Command)
@click.option(
    "-p", "--project", "projects", multiple=True, help="Only applications of this project; may be repeated."
)
@click.option(
    "-l", "--selector", default="", help="Only applications with these labels, such as team=a,tier=web."
)
@click.option("--sync", "sync", default="", help="Only this sync status, such as OutOfSync.")
@click.option("--health", default="", help="Only this health, such as Degraded.")
@click.option("-c", "--cluster", default="", help="Only applications of this cluster, by name or server.")
@click.option(
    "-N", "--app-namespace", default="", help="Only applications of this namespace. Default: of all."
)
@click.option("-r", "--repo", default="", help="Only applications of this repository.")
@output_option("wide", "json", "yaml", "name")
@with_session
def list_applications(session: Session, output: str, **filters: str) -> None:
    """List applications.

    Exit status: 0 listed, 4 not logged in.
    """
    query: dict[str, object] = {
        "projects": filters["projects"],
        "selector": filters["selector"],
        "appNamespace": filters["app_namespace"],
    }
    found = session.client.get(path_of("applications"), query).get("items") or []
    fitting = [app for app in found if _fits(app, filters)]
    show_list(session, fitting, _COLUMNS, lambda app: str(name_of(app)), output)


def _fits(app: Json, filters: dict[str, str]) -> bool:
    """The filters that the server does not know; words are compared without regard to capitals."""
    destination = app["spec"].get("destination") or {}
    return (
        filters["sync"].lower() in ("", sync_status(app).lower())
        and filters["health"].lower() in ("", health_status(app).lower())
        and filters["cluster"] in ("", destination.get("name"), destination.get("server"))
        and (not filters["repo"] or filters["repo"] in [each.get("repoURL") for each in sources_of(app)])
    )
