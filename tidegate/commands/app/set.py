"""`tidegate app set`."""

from __future__ import annotations

from typing import Any

import click

from tidegate.application_options import application_options, apply_options
from tidegate.applications import AppName, namespace_option, written_part
from tidegate.command_line import Command, with_session
from tidegate.failures import Exit, Failure
from tidegate.session import Session


@click.command("set", cls=Command)
@click.argument("name")
@application_options()
@namespace_option()
@with_session
def set_options(session: Session, name: str, app_namespace: str, **options: Any) -> None:
    """Change options of application NAME; what is not given stays as it is.

    An application that comes from Git gets Git's word back at the next look at its parent.

    Exit status: 0 changed, 1 refused, 2 wrong usage, 3 no such application, 4 not logged in.
    """
    app = AppName.parse(name, app_namespace)
    application = app.read(session.client)
    if not apply_options(application["spec"], options):
        raise Failure("Say what to set. See: tidegate app set --help", Exit.USAGE)
    session.client.put(app.path(), written_part(application))
    click.echo(f"application '{app}' updated")
