"""`tidegate app rollback`."""

from __future__ import annotations

import click

from tidegate.applications import AppName, namespace_option
from tidegate.client import Json
from tidegate.command_line import Command, flag, with_session
from tidegate.failures import Exit, Failure
from tidegate.operations import follow
from tidegate.output import output_option
from tidegate.session import Session


@click.command("rollback", cls=Command)
@click.argument("name")
@click.argument("history_id", type=int, required=False, metavar="[HISTORY_ID]")
@flag("--prune", help="Delete live resources that the old manifests do not contain.")
@flag("--dry-run", help="Show what would be done; change nothing.")
@flag("--async", "do_not_wait", help="Do not wait for the end of the operation.")
@click.option(
    "--timeout", type=click.FloatRange(min=0), default=0.0, help="Seconds to wait. Default: without end."
)
@namespace_option()
@output_option("wide", "json", "yaml")
@with_session
def rollback(
    session: Session, name: str, history_id: int | None, app_namespace: str, output: str, **wishes: float
) -> None:
    """Go back to deployment HISTORY_ID of application NAME; without one, to the deployment before the last.

    Works with automated sync, unlike in Argo CD: the application is pinned there, and automated sync resumes
    at the next newer commit.

    Exit status: 0 rolled back, 1 refused or failed, 2 wrong usage, 3 no such application or deployment,
    4 not logged in, 6 another operation runs, 7 timed out.
    """
    app = AppName.parse(name, app_namespace)
    chosen = history_id if history_id is not None else _previous(app, app.read(session.client))
    body = {"id": chosen, "prune": bool(wishes["prune"]), "dryRun": bool(wishes["dry_run"]), **app.query}
    session.client.post(app.path("rollback"), body)
    if wishes["do_not_wait"]:
        session.progress(f"{app}: rollback to {chosen} requested")
        return
    follow(session, app, wishes["timeout"], form=output, whole=False)


def _previous(app: AppName, application: Json) -> int:
    """Source: Argo CD's `findRevisionHistory`: the last but one."""
    entries = (application.get("status") or {}).get("history") or []
    if len(entries) < 2:  # noqa: PLR2004 the last one and one before it
        raise Failure(f"{app}: has no deployment before the present one", Exit.NOT_FOUND)
    return int(entries[-2]["id"])
