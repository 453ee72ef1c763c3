"""`tidegate message delete`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, flag, with_session
from tidegate.confirmation import confirm
from tidegate.given_up import chosen
from tidegate.session import Session
from tidegate.watching import each_of


@click.command("delete", cls=Command)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@flag("--all", "every", help="All of them.")
@click.option("--queue", default="", help="With --all: only of this queue.")
@flag("-y", "--yes", help="Do not ask.")
@with_session
def delete(session: Session, ids: tuple[str, ...], every: bool, queue: str, yes: bool) -> None:
    """Drop messages for good. You are asked first.

    The next look at the subject, by the timer at the latest, finds what a lost message was about.

    Exit status: 0 deleted, 2 wrong usage or not confirmed, 3 no such message, 4 not logged in.
    """
    wanted = chosen(session.client, ids, queue, every=every)
    if wanted and not yes:
        confirm(f"Delete {len(wanted)} message{'' if len(wanted) == 1 else 's'}?")

    def one(id: str) -> None:
        session.client.delete(path_of("messages", id))
        click.echo(f"Message '{id}' deleted")

    each_of(session, wanted, one)
