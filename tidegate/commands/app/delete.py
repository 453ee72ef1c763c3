"""`tidegate app delete`."""

from __future__ import annotations

from typing import Any

import click

from tidegate.applications import AppName, namespace_option
from tidegate.command_line import Command, flag, with_session
from tidegate.confirmation import confirm
from tidegate.selection import chosen_names, selection_options
from tidegate.session import Session
from tidegate.watching import each_of, until_gone


@click.command("delete", cls=Command)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@selection_options()
@flag("--cascade", default=True, help="Delete its resources too; --cascade=false leaves them. Default: true.")
@click.option(
    "-p",
    "--propagation-policy",
    type=click.Choice(["foreground", "background"]),
    default="foreground",
    help="How the resources go: foreground waits for what they own. Default: foreground.",
)
@flag("-y", "--yes", help="Do not ask.")
@flag("--wait", "wait_for_it", help="Wait until it is gone.")
@click.option(
    "--timeout", type=click.FloatRange(min=0), default=0.0, help="Seconds to wait. Default: without end."
)
@namespace_option()
@with_session
def delete(session: Session, names: tuple[str, ...], app_namespace: str, **wishes: Any) -> None:
    """Delete applications. You are asked first.

    An application that comes from Git returns at the next look at its parent: remove it there.

    Exit status: 0 deleted, 1 refused, 2 wrong usage or not confirmed, 3 no such application,
    4 not logged in, 7 timed out.
    """
    cascade = wishes["cascade"]
    policy = wishes["propagation_policy"] if cascade else ""

    def one(name: str) -> None:
        app = AppName.parse(name, app_namespace)
        count = len((app.read(session.client).get("status") or {}).get("resources") or [])
        if not wishes["yes"]:
            counted = f"{count} resource{'' if count == 1 else 's'}"
            what = f"and its {counted}" if cascade else f"and leave its {counted} in the cluster"
            confirm(f"Delete '{app}' {what}?")
        query = {**app.query, "cascade": str(cascade).lower(), "propagationPolicy": policy}
        session.client.delete(app.path(), query)
        if wishes["wait_for_it"]:
            until_gone(session, app, wishes["timeout"])
        click.echo(f"application '{app}' deleted")

    each_of(session, chosen_names(session, names, wishes), one)
