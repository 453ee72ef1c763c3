"""`tidegate app manifests`."""

from __future__ import annotations

import json
from typing import Any

import click

from tidegate.applications import AppName, namespace_option
from tidegate.client import Json
from tidegate.command_line import Command, with_session
from tidegate.failures import Exit, Failure
from tidegate.output import document_text, output_option
from tidegate.session import Session


@click.command("manifests", cls=Command)
@click.argument("name")
@click.option(
    "--source",
    type=click.Choice(["git", "live"]),
    default="git",
    help="git: as rendered; live: as they are in the cluster. Default: git.",
)
@click.option("--revision", default="", help="Render this commit, tag or branch. Default: what is deployed.")
@namespace_option()
@output_option("yaml", "json")
@with_session
def manifests(
    session: Session, name: str, source: str, revision: str, app_namespace: str, output: str
) -> None:
    """Print the manifests of application NAME. Values of Secrets are masked.

    Exit status: 0 printed, 1 they do not render, 2 wrong usage, 3 no such application, 4 not logged in.
    """
    app = AppName.parse(name, app_namespace)
    if source == "live" and revision:
        raise Failure("--revision is for --source git: the cluster has no revisions", Exit.USAGE)
    found = _live(session, app) if source == "live" else _rendered(session, app, revision)
    if output == "json":
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for manifest in found:
        click.echo("---")
        click.echo(document_text(manifest), nl=False)


def _rendered(session: Session, app: AppName, revision: str) -> list[Json]:
    answer = session.client.get(app.path("manifests"), {**app.query, "revision": revision})
    return [_parsed(text) for text in answer.get("manifests") or []]


def _live(session: Session, app: AppName) -> list[Json]:
    items = session.client.get(app.path("managed-resources"), app.query).get("items") or []
    found = [_parsed(item.get("liveState") or "null") for item in items]
    return [manifest for manifest in found if manifest]


def _parsed(text: str) -> Any:
    """A manifest that the server sends as JSON text."""
    return json.loads(text)
