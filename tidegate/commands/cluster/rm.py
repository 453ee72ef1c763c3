"""`tidegate cluster rm`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, flag, with_session
from tidegate.confirmation import confirm
from tidegate.session import Session
from tidegate.watching import each_of


@click.command("rm", cls=Command)
@click.argument("clusters", nargs=-1, required=True, metavar="CLUSTER...")
@flag("-y", "--yes", help="Do not ask.")
@with_session
def rm(session: Session, clusters: tuple[str, ...], yes: bool) -> None:
    """Forget clusters, by name or server. What runs in them stays. You are asked first.

    Exit status: 0 forgotten, 1 refused, 2 not confirmed, 3 no such cluster, 4 not logged in.
    """

    def one(cluster: str) -> None:
        if not yes:
            confirm(f"Forget cluster '{cluster}'?")
        query = {} if "://" in cluster else {"id.type": "name"}
        session.client.delete(path_of("clusters", cluster), query)
        click.echo(f"Cluster '{cluster}' removed")

    each_of(session, clusters, one)
