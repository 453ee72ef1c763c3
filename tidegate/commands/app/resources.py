"""`tidegate app resources`."""

from __future__ import annotations

import click

from tidegate.applications import AppName, namespace_option
from tidegate.client import Json
from tidegate.command_line import Command, flag, with_session
from tidegate.output import Column, output_option, show_list
from tidegate.resource_tree import tree_lines
from tidegate.session import Session

_COLUMNS = (
    Column("GROUP", lambda node: node.get("group")),
    Column("KIND", lambda node: node["kind"]),
    Column("NAMESPACE", lambda node: node.get("namespace")),
    Column("NAME", lambda node: node["name"]),
    Column("HEALTH", lambda node: (node.get("health") or {}).get("status")),
    Column("ORPHANED", lambda node: "Yes" if node.get("orphaned") else "No"),
    Column("IMAGES", lambda node: node.get("images"), wide=True),
    Column("CREATED", lambda node: node.get("createdAt"), wide=True),
)


@click.command("resources", cls=Command)
@click.argument("name")
@flag("--orphaned", help="Only resources that no application declares.")
@namespace_option()
@output_option("wide", "json", "yaml", "name", "tree")
@with_session
def resources(session: Session, name: str, app_namespace: str, orphaned: bool, output: str) -> None:
    """List every resource of application NAME, with what its controllers made: ReplicaSets, Pods.

    Exit status: 0 listed, 3 no such application, 4 not logged in.
    """
    app = AppName.parse(name, app_namespace)
    tree = session.client.get(app.path("resource-tree"), app.query)
    if output == "tree":
        for line in tree_lines(tree):
            click.echo(line)
        return
    show_list(session, _nodes(tree, orphaned=orphaned), _COLUMNS, _name, output)


def _nodes(tree: Json, *, orphaned: bool) -> list[Json]:
    strays = [{**node, "orphaned": True} for node in tree.get("orphanedNodes") or []]
    return strays if orphaned else [*(tree.get("nodes") or []), *strays]


def _name(node: Json) -> str:
    return f"{node['kind']}/{node['name']}"
