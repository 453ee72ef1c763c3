"""`tidegate cluster add`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, flag, with_session
from tidegate.session import Session


@click.command("add", cls=Command)
@click.argument("context")
@click.option("--name", default="", help="Name of the cluster. Default: CONTEXT.")
@click.option(
    "--aks-resource-id", default="", help="Azure resource id: the server enters by its managed identity."
)
@click.option(
    "--alias", "aliases", multiple=True, help="One more name or URL of the same cluster; may be repeated."
)
@flag("--upsert", help="Replace what is registered under the same name.")
@flag("-y", "--yes", help="Without effect: nothing is written into the cluster.")
@with_session
def add(
    session: Session, context: str, name: str, aks_resource_id: str, upsert: bool, **more: tuple[str, ...]
) -> None:
    """Register the cluster CONTEXT.

    In the embedded home CONTEXT is one of the server's own kubeconfig. On Azure, --aks-resource-id says where
    it is, and CONTEXT is its name. No credential leaves this machine, and none is stored.

    Exit status: 0 registered, 1 refused or not reachable, 3 no such context, 4 not logged in.
    """
    where = {"resourceId": aks_resource_id} if aks_resource_id else {"context": context}
    body = {"name": name or context, **where, "aliases": list(more["aliases"])}
    found = session.client.post(path_of("clusters"), body, {"upsert": "true" if upsert else ""})
    click.echo(f"Cluster '{found.get('server') or context}' added")
