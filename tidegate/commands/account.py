"""`tidegate account get-user-info`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, with_session
from tidegate.output import output_option, show_document, show_fields
from tidegate.session import Session


@click.command("get-user-info", cls=Command)
@output_option("json", "yaml")
@with_session
def get_user_info(session: Session, output: str) -> None:
    """Show who is logged in.

    Exit status: 0 shown, 4 nobody is logged in.
    """
    found = session.client.get(path_of("session", "userinfo"))
    if output:
        show_document(found, output)
        return
    show_fields(
        session,
        [
            ("Logged In", found.get("loggedIn", False)),
            ("Username", found.get("username")),
            ("Issuer", found.get("iss")),
            ("Groups", found.get("groups")),
        ],
    )
