"""`tidegate app diff`."""

from __future__ import annotations

import click

from tidegate.applications import AppName, namespace_option
from tidegate.command_line import Command, flag, with_session
from tidegate.differences import Difference, differences, shown_by
from tidegate.failures import Exit, Failure
from tidegate.session import Session


@click.command("diff", cls=Command)
@click.argument("name")
@click.option("--revision", default="", help="Compare with this revision (waits).")
@click.option("--local", default="", help="Compare with this local folder (waits).")
@flag("--refresh", help="Have it compared with Git again first.")
@flag("--hard-refresh", help="The same, with its manifests rendered anew.")
@flag("--exit-code", default=True, help="Exit with 1 when there are differences. Default: true.")
@namespace_option()
@with_session
def diff(session: Session, name: str, app_namespace: str, exit_code: bool, **wishes: str) -> None:
    """Show what a sync of application NAME would change in the cluster: - is live, + is wished.

    With KUBECTL_EXTERNAL_DIFF that program compares. Values of Secrets are masked.

    Exit status: 0 no difference, 1 differences, 2 and above an error.
    """
    try:
        found = _found(session, AppName.parse(name, app_namespace), wishes)
    except Failure as failure:
        failure.exit_code = max(failure.exit_code, Exit.USAGE)
        raise
    if found and exit_code:
        click.get_current_context().exit(1)


def _found(session: Session, app: AppName, wishes: dict[str, str]) -> list[Difference]:
    if wishes["revision"] or wishes["local"]:
        raise Failure("--revision and --local wait. Push to a branch and compare its application", Exit.USAGE)
    if wishes["refresh"] or wishes["hard_refresh"]:
        app.read(session.client, refresh="hard" if wishes["hard_refresh"] else "normal")
    items = session.client.get(app.path("managed-resources"), app.query).get("items") or []
    found = differences(items)
    program = session.environment.external_diff
    if program and found:
        click.echo(shown_by(program, found), nl=False)
        return found
    for difference in found:
        click.echo(f"===== {difference.title} ======")
        for line in difference.lines():
            click.echo(_painted(line), color=session.colours())
    return found


def _painted(line: str) -> str:
    colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    return click.style(line, fg=colour) if colour else line
