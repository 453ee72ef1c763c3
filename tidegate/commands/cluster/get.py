"""`tidegate cluster get`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, with_session
from tidegate.commands.cluster.list import COLUMNS
from tidegate.output import output_option, show_document, show_list
from tidegate.session import Session


@click.command("get", cls=Command)
@click.argument("cluster")
@output_option("wide", "json", "yaml")
@with_session
def get(session: Session, cluster: str, output: str) -> None:
    """Show CLUSTER, which is a name, a server URL or any alias.

    Exit status: 0 shown, 3 no such cluster, 4 not logged in.
    """
    query = {} if "://" in cluster else {"id.type": "name"}
    found = session.client.get(path_of("clusters", cluster), query)
    if output in ("json", "yaml"):
        show_document(found, output)
        return
    show_list(session, [found], COLUMNS, lambda each: str(each.get("name")), output)
