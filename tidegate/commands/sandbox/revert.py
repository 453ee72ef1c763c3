"""`tidegate sandbox revert`."""

from __future__ import annotations

import click

from tidegate.command_line import Command, with_session
from tidegate.sandbox_control import Asked, do_verb, verb_options
from tidegate.session import Session


@click.command("revert", cls=Command)
@click.argument("commit", required=False)
@verb_options()
@with_session
def revert(session: Session, commit: str | None, asked: Asked) -> None:
    """Revert COMMIT in the repository of make demo, as git revert does, and push that.

    Without COMMIT the last one on main. With --wait: push event, deployed, Healthy.

    Exit status: 0 pushed, 1 refused or no demo runs, 2 wrong usage, 3 no such commit, 6 it conflicts,
    7 timed out.
    """
    do_verb(session, "revert", {"commit": commit}, asked)
