"""`tidegate app sync`."""

from __future__ import annotations

from typing import Any

import click

from tidegate.applications import AppName, namespace_option
from tidegate.command_line import Command, flag, with_session
from tidegate.operations import follow
from tidegate.output import output_option
from tidegate.selection import chosen_names, selection_options
from tidegate.session import Session
from tidegate.watching import each_of


@click.command("sync", cls=Command)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@selection_options()
@click.option("--revision", default="", help="Commit, tag or branch. Default: the one of the application.")
@click.option(
    "--resource", "resources", multiple=True, help="Only this resource, GROUP:KIND:[NAMESPACE/]NAME."
)
@flag("--prune", help="Delete live resources that the manifests no longer contain.")
@flag("--confirm", help="Go on where so much would be deleted that a person must say so.")
@flag("--dry-run", help="Show what would be done; change nothing.")
@flag("--async", "do_not_wait", help="Do not wait for the end of the operation.")
@click.option(
    "--timeout", type=click.FloatRange(min=0), default=0.0, help="Seconds to wait. Default: without end."
)
@namespace_option()
@output_option("wide", "json", "yaml")
@with_session
def sync(session: Session, names: tuple[str, ...], app_namespace: str, output: str, **wishes: Any) -> None:
    """Bring applications to their desired state, and wait until that is done.

    Exit status: 0 synced, 1 refused or failed, 2 wrong usage, 3 no such application, 4 not logged in,
    6 another operation runs, 7 timed out.
    """
    body = _body(wishes)

    def one(name: str) -> None:
        app = AppName.parse(name, app_namespace)
        session.client.post(app.path("sync"), {**body, **app.query})
        if wishes["do_not_wait"]:
            session.progress(f"{app}: sync requested")
            return
        whole = not (wishes["resources"] or wishes["dry_run"])
        follow(session, app, wishes["timeout"], form=output, whole=whole)

    each_of(session, chosen_names(session, names, wishes), one)


def _body(wishes: dict[str, Any]) -> dict[str, Any]:
    return {
        "revision": wishes["revision"],
        "prune": wishes["prune"],
        "dryRun": wishes["dry_run"],
        "confirmed": wishes["confirm"],
        "resources": [_resource(text) for text in wishes["resources"]] or None,
    }


def _resource(text: str) -> dict[str, str]:
    """`apps:Deployment:shop/web`. Source: Argo CD's --resource."""
    parts = text.split(":")
    if len(parts) != 3 or not parts[1] or not parts[2]:  # noqa: PLR2004 group, kind, name
        raise click.UsageError(
            f"--resource {text!r}: write GROUP:KIND:[NAMESPACE/]NAME, for example apps:Deployment:web"
        )
    namespace, _, name = parts[2].rpartition("/")
    return {"group": parts[0], "kind": parts[1], "namespace": namespace, "name": name}
