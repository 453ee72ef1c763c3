"""`tidegate app history`."""

from __future__ import annotations

import click

from tidegate.applications import AppName, namespace_option, revisions_of
from tidegate.client import Json
from tidegate.command_line import Command, with_session
from tidegate.output import Column, output_option, show_list
from tidegate.session import Session

_SHORT = 7


def _sources(entry: Json) -> list[Json]:
    return list(entry.get("sources") or [entry.get("source") or {}])


def _revisions(entry: Json) -> list[str]:
    """`main (5f3c1d2)` for each source. Source: Argo CD's `app history`."""
    targets = [source.get("targetRevision") or "HEAD" for source in _sources(entry)]
    found = zip(targets, revisions_of(entry), strict=False)
    return [f"{target} ({revision[:_SHORT]})" for target, revision in found]


def _initiator(entry: Json) -> str:
    found = entry.get("initiatedBy") or {}
    return "automated sync" if found.get("automated") else str(found.get("username") or "")


_COLUMNS = (
    Column("ID", lambda entry: entry["id"]),
    Column("DATE", lambda entry: str(entry["deployedAt"]).replace("T", " ").replace("Z", " UTC")),
    Column("REVISION", _revisions),
    Column("BY", _initiator),
    Column("REPO", lambda entry: [each.get("repoURL") for each in _sources(entry)], wide=True),
)


@click.command("history", cls=Command)
@click.argument("name")
@namespace_option()
@output_option("wide", "json", "yaml", "id")
@with_session
def history(session: Session, name: str, app_namespace: str, output: str) -> None:
    """List the deployments of application NAME, the oldest first; the ids are for `app rollback`.

    Exit status: 0 listed, 3 no such application, 4 not logged in.
    """
    application = AppName.parse(name, app_namespace).read(session.client)
    entries = (application.get("status") or {}).get("history") or []
    show_list(
        session, entries, _COLUMNS, lambda entry: str(entry["id"]), "name" if output == "id" else output
    )
