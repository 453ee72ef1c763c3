"""`tidegate import`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, with_session
from tidegate.failures import Exit, Failure
from tidegate.manifest_files import read_documents
from tidegate.session import Session


@click.command("import", cls=Command)
@click.argument("file")
@with_session
def restore(session: Session, file: str) -> None:
    """Put back what the export in FILE holds (- is standard input). What is there already stays as it is.

    Exit status: 0 done, 1 it is no export, 4 not logged in.
    """
    documents = read_documents(file)
    if len(documents) != 1:
        raise Failure(f"{file}: holds {len(documents)} documents where one export is due", Exit.USAGE)
    answer = session.client.post(path_of("import"), documents[0])
    click.echo(f"{answer['added']} added")
