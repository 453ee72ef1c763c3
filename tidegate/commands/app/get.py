"""`tidegate app get`."""

from __future__ import annotations

import click

from tidegate.application_text import show_application
from tidegate.applications import AppName, namespace_option
from tidegate.client import Json
from tidegate.command_line import Command, flag, with_session
from tidegate.output import output_option, show_document
from tidegate.resource_rows import show_resources
from tidegate.resource_tree import tree_lines
from tidegate.session import Session


@click.command("get", cls=Command)
@click.argument("name")
@flag("--refresh", help="Have it compared with Git again.")
@flag("--hard-refresh", help="The same, with its manifests rendered anew.")
@flag("--show-operation", help="Show the last operation as well.")
@namespace_option()
@output_option("wide", "json", "yaml", "tree", "name")
@with_session
def get(session: Session, name: str, app_namespace: str, output: str, **wishes: bool) -> None:
    """Show application NAME with its resources.

    A refresh is waited for, 20 seconds at most; the answer after that may be the one from before it.

    Exit status: 0 shown, 3 no such application, 4 not logged in.
    """
    app = AppName.parse(name, app_namespace)
    refresh = "hard" if wishes["hard_refresh"] else "normal" if wishes["refresh"] else ""
    application = app.read(session.client, refresh=refresh)
    if output in ("json", "yaml"):
        show_document(application, output)
    elif output == "name":
        click.echo(str(app))
    else:
        show_application(session, application, operation=wishes["show_operation"] or output == "wide")
        click.echo()
        _resources(session, app, application, as_tree=output == "tree")


def _resources(session: Session, app: AppName, application: Json, *, as_tree: bool) -> None:
    if not as_tree:
        show_resources(session, application)
        return
    for line in tree_lines(session.client.get(app.path("resource-tree"), app.query)):
        click.echo(line)
