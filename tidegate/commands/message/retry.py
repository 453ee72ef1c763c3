"""`tidegate message retry`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, flag, with_session
from tidegate.given_up import chosen
from tidegate.session import Session
from tidegate.watching import each_of


@click.command("retry", cls=Command)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@flag("--all", "every", help="All of them.")
@click.option("--queue", default="", help="With --all: only of this queue.")
@with_session
def retry(session: Session, ids: tuple[str, ...], every: bool, queue: str) -> None:
    """Do messages again: events go back to their queue, the subjects of work are looked at anew.

    What fails again comes back to the list. Retrying what was done meanwhile does no harm.

    Exit status: 0 on their way, 1 refused, 2 wrong usage, 3 no such message or its subject is gone,
    4 not logged in.
    """

    def one(id: str) -> None:
        session.client.post(path_of("messages", id, "retry"), {})
        click.echo(f"Message '{id}' retried")

    each_of(session, chosen(session.client, ids, queue, every=every), one)
