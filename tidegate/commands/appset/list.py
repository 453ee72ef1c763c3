"""`tidegate appset list`."""

from __future__ import annotations

import click

from tidegate.client import Json, path_of
from tidegate.command_line import Command, with_session
from tidegate.output import Column, output_option, show_list
from tidegate.session import Session


def _error(found: Json) -> str:
    """Why the set generates nothing new, "" while it does."""
    conditions = (found.get("status") or {}).get("conditions") or []
    wrong = [each for each in conditions if each["type"] == "ErrorOccurred" and each["status"] == "True"]
    return str(wrong[0]["message"]) if wrong else ""


_COLUMNS = (
    Column("NAME", lambda found: found["metadata"]["name"]),
    Column("NAMESPACE", lambda found: found["metadata"].get("namespace")),
    Column("PROJECT", lambda found: found["spec"]["template"]["spec"].get("project")),
    Column(
        "GENERATORS", lambda found: [next(iter(each), "") for each in found["spec"].get("generators") or []]
    ),
    Column("ERROR", _error),
    Column(
        "REPO",
        lambda found: (found["spec"]["template"]["spec"].get("source") or {}).get("repoURL"),
        wide=True,
    ),
)


@click.command("list", cls=Command)
@output_option("wide", "json", "yaml", "name")
@with_session
def list_sets(session: Session, output: str) -> None:
    """List ApplicationSets.

    Exit status: 0 listed, 4 not logged in.
    """
    found = session.client.get(path_of("applicationsets")).get("items") or []
    show_list(session, found, _COLUMNS, lambda each: str(each["metadata"]["name"]), output)
