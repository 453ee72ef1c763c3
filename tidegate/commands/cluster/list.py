"""`tidegate cluster list`."""

from __future__ import annotations

import click

from tidegate.client import Json, path_of
from tidegate.command_line import Command, with_session
from tidegate.output import Column, output_option, show_list
from tidegate.session import Session


def _state(cluster: Json, field: str) -> object:
    return (cluster.get("connectionState") or {}).get(field)


COLUMNS = (
    Column("SERVER", lambda cluster: cluster.get("server")),
    Column("NAME", lambda cluster: cluster.get("name")),
    Column("VERSION", lambda cluster: cluster.get("serverVersion")),
    Column("STATUS", lambda cluster: _state(cluster, "status")),
    Column("MESSAGE", lambda cluster: _state(cluster, "message")),
    Column("APPLICATIONS", lambda cluster: (cluster.get("info") or {}).get("applicationsCount"), wide=True),
)


@click.command("list", cls=Command)
@output_option("wide", "json", "yaml", "name")
@with_session
def list_clusters(session: Session, output: str) -> None:
    """List clusters, and whether each answers.

    Exit status: 0 listed, 4 not logged in.
    """
    found = session.client.get(path_of("clusters")).get("items") or []
    show_list(
        session, found, COLUMNS, lambda cluster: str(cluster.get("name") or cluster.get("server")), output
    )
