"""`tidegate appset create`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, flag, with_session
from tidegate.failures import Exit, Failure
from tidegate.manifest_files import read_documents
from tidegate.session import Session


@click.command("create", cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@flag("--upsert", help="Replace a set of the same name that says something else.")
@with_session
def create(session: Session, files: tuple[str, ...], upsert: bool) -> None:
    """Create the ApplicationSets of files; - is standard input.

    Exit status: 0 created or there already, 1 refused, 2 wrong usage, 4 not logged in.
    """
    documents = [(name, document) for name in files for document in read_documents(name)]
    for name, document in documents:
        if document.get("kind") != "ApplicationSet":
            raise Failure(
                f"{name}: holds a {document.get('kind')} where an ApplicationSet is due", Exit.USAGE
            )
    for _, document in documents:
        query = {"upsert": "true" if upsert else ""}
        created = session.client.post(path_of("applicationsets"), document, query)
        click.echo(f"ApplicationSet '{created['metadata']['name']}' created")
