"""`tidegate appset delete`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, flag, with_session
from tidegate.confirmation import confirm
from tidegate.session import Session
from tidegate.watching import each_of


@click.command("delete", cls=Command)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("-N", "--appset-namespace", default="", help="Namespace of the sets. Default: argocd.")
@flag("-y", "--yes", help="Do not ask.")
@with_session
def delete(session: Session, names: tuple[str, ...], appset_namespace: str, yes: bool) -> None:
    """Delete ApplicationSets with their applications. You are asked first.

    Exit status: 0 deleted, 2 not confirmed, 3 no such set, 4 not logged in.
    """

    def one(name: str) -> None:
        path, query = path_of("applicationsets", name), {"appsetNamespace": appset_namespace}
        session.client.get(path, query)
        if not yes:
            confirm(f"Delete ApplicationSet '{name}' and its applications?")
        session.client.delete(path, query)
        click.echo(f"ApplicationSet '{name}' deleted")

    each_of(session, names, one)
