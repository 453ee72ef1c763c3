"""`tidegate repo list`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, with_session
from tidegate.output import Column, output_option, show_list
from tidegate.session import Session

COLUMNS = (
    Column("TYPE", lambda repo: repo.get("type") or "git"),
    Column("NAME", lambda repo: repo.get("name")),
    Column("REPO", lambda repo: repo["repo"]),
    Column("CREDS", lambda repo: bool(repo.get("username"))),
    Column("STATUS", lambda repo: (repo.get("connectionState") or {}).get("status")),
    Column("MESSAGE", lambda repo: (repo.get("connectionState") or {}).get("message")),
    Column("PROJECT", lambda repo: repo.get("project")),
    Column("USER", lambda repo: repo.get("username"), wide=True),
)


@click.command("list", cls=Command)
@output_option("wide", "json", "yaml", "name")
@with_session
def list_repositories(session: Session, output: str) -> None:
    """List registered repositories, and whether each answers now.

    Exit status: 0 listed, 4 not logged in.
    """
    found = session.client.get(path_of("repositories")).get("items") or []
    show_list(session, found, COLUMNS, lambda repo: str(repo["repo"]), output)
