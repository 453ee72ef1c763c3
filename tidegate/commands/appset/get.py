"""`tidegate appset get`."""

from __future__ import annotations

import click

from tidegate.client import Json, path_of
from tidegate.command_line import Command, with_session
from tidegate.output import output_option, show_document, show_fields, show_table
from tidegate.session import Session


@click.command("get", cls=Command)
@click.argument("name")
@click.option("-N", "--appset-namespace", default="", help="Namespace of the set. Default: argocd.")
@output_option("json", "yaml")
@with_session
def get(session: Session, name: str, appset_namespace: str, output: str) -> None:
    """Show ApplicationSet NAME.

    Exit status: 0 shown, 3 no such set, 4 not logged in.
    """
    found = session.client.get(path_of("applicationsets", name), {"appsetNamespace": appset_namespace})
    if output:
        show_document(found, output)
        return
    _show(session, found)


def _show(session: Session, found: Json) -> None:
    spec = found["spec"]
    template = spec["template"]["spec"]
    source = template.get("source") or {}
    show_fields(
        session,
        [
            ("Name", f"{found['metadata'].get('namespace', 'argocd')}/{found['metadata']['name']}"),
            ("Project", template.get("project")),
            ("Server", (template.get("destination") or {}).get("server")),
            ("Namespace", (template.get("destination") or {}).get("namespace")),
            ("Repo", source.get("repoURL")),
            ("Target", source.get("targetRevision")),
            ("Path", source.get("path")),
            ("Generators", [next(iter(each), "") for each in spec.get("generators") or []]),
        ],
    )
    conditions = (found.get("status") or {}).get("conditions") or []
    if conditions:
        click.echo()
        rows = [[each["type"], each["status"], each.get("message", "")] for each in conditions]
        show_table(session, ["CONDITION", "STATUS", "MESSAGE"], rows)
