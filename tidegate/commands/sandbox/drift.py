"""`tidegate sandbox drift`."""

from __future__ import annotations

import click

from tidegate.command_line import Command, with_session
from tidegate.sandbox_control import Asked, do_verb, verb_options
from tidegate.session import Session


@click.command("drift", cls=Command)
@click.option("--namespace", help="Namespace of the Deployment. Default: production.")
@click.option("--name", help="Name of the Deployment. Default: ai-app.")
@click.option("--replicas", type=int, help="Replicas that it gets. Default: 5.")
@verb_options()
@with_session
def drift(
    session: Session, namespace: str | None, name: str | None, replicas: int | None, asked: Asked
) -> None:
    """Change the replicas of a Deployment of make demo by hand, as kubectl scale does.

    With --wait: put back, Healthy.

    Exit status: 0 changed, 1 refused or no demo runs, 2 wrong usage, 3 no such Deployment, 6 it has so many,
    7 timed out.
    """
    do_verb(session, "drift", {"namespace": namespace, "name": name, "replicas": replicas}, asked)
