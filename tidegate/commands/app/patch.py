"""`tidegate app patch`."""

from __future__ import annotations

import json
from typing import Any

import click

from tidegate.applications import AppName, namespace_option, written_part
from tidegate.command_line import Command, with_session
from tidegate.failures import Exit, Failure
from tidegate.session import Session


@click.command("patch", cls=Command)
@click.argument("name")
@click.option("--patch", required=True, help='The change, such as \'{"spec":{"project":"default"}}\'.')
@click.option(
    "--type",
    "kind",
    type=click.Choice(["merge", "json"]),
    default="merge",
    help="Form of the change: merge (RFC 7386). json (RFC 6902) waits. Default: merge.",
)
@namespace_option()
@with_session
def patch(session: Session, name: str, patch: str, kind: str, app_namespace: str) -> None:
    """Change fields of application NAME; null removes a field.

    Exit status: 0 changed, 1 refused, 2 wrong usage, 3 no such application, 4 not logged in.
    """
    if kind == "json":
        raise Failure("Patches of type json wait. Write a merge patch, or use tidegate app set", Exit.USAGE)
    try:
        change = json.loads(patch)
    except ValueError as error:
        raise Failure(f"--patch: is not JSON ({error})", Exit.USAGE) from error
    if not isinstance(change, dict) or not set(change) <= {"metadata", "spec"}:
        raise Failure("--patch: must be an object with metadata or spec", Exit.USAGE)
    app = AppName.parse(name, app_namespace)
    session.client.put(app.path(), merged(written_part(app.read(session.client)), change))
    click.echo(f"application '{app}' patched")


def merged(value: Any, change: Any) -> Any:
    """Source: RFC 7386, section 2."""
    if not isinstance(change, dict):
        return change
    result = dict(value) if isinstance(value, dict) else {}
    for name, wish in change.items():
        if wish is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), wish)
    return result
