"""`tidegate app terminate-op`."""

from __future__ import annotations

import click

from tidegate.applications import AppName, namespace_option
from tidegate.command_line import Command, with_session
from tidegate.session import Session


@click.command("terminate-op", cls=Command)
@click.argument("name")
@namespace_option()
@with_session
def terminate_op(session: Session, name: str, app_namespace: str) -> None:
    """End the running operation of application NAME. What it has applied already stays.

    Exit status: 0 it ends, 1 no operation runs, 3 no such application, 4 not logged in.
    """
    app = AppName.parse(name, app_namespace)
    session.client.delete(app.path("operation"), app.query)
    click.echo(f"Application '{app}' operation terminating")
