"""`tidegate app events`."""

from __future__ import annotations

import click

from tidegate.applications import AppName, namespace_option
from tidegate.client import Json
from tidegate.command_line import Command, with_session
from tidegate.output import Column, output_option, show_list
from tidegate.session import Session


def _seen(event: Json) -> str:
    """When it last happened; the fields differ between the two event APIs of Kubernetes."""
    series = (event.get("series") or {}).get("lastObservedTime")
    created = (event.get("metadata") or {}).get("creationTimestamp")
    return str(event.get("lastTimestamp") or series or event.get("eventTime") or created or "")


def _object(event: Json) -> str:
    found = event.get("involvedObject") or {}
    return f"{found.get('kind', '')}/{found.get('name', '')}"


_COLUMNS = (
    Column("LAST SEEN", _seen),
    Column("TYPE", lambda event: event.get("type")),
    Column("REASON", lambda event: event.get("reason")),
    Column("OBJECT", _object),
    Column("COUNT", lambda event: event.get("count") or 1),
    Column("MESSAGE", lambda event: event.get("message")),
    Column("NAMESPACE", lambda event: (event.get("involvedObject") or {}).get("namespace"), wide=True),
)


@click.command("events", cls=Command)
@click.argument("name")
@click.option("--resource-namespace", default="", help="Only events of the resource in this namespace.")
@click.option("--resource-name", default="", help="Only events of the resource of this name.")
@click.option("--resource-uid", default="", help="Only events of the resource with this UID.")
@namespace_option()
@output_option("wide", "json", "yaml")
@with_session
def events(session: Session, name: str, app_namespace: str, output: str, **resource: str) -> None:
    """List the Kubernetes events of application NAME, or of one of its resources; the newest last.

    Exit status: 0 listed, 3 no such application, 4 not logged in.
    """
    app = AppName.parse(name, app_namespace)
    query = {
        **app.query,
        "resourceNamespace": resource["resource_namespace"],
        "resourceName": resource["resource_name"],
        "resourceUID": resource["resource_uid"],
    }
    found = session.client.get(app.path("events"), query).get("items") or []
    show_list(session, sorted(found, key=_seen), _COLUMNS, _object, output)
