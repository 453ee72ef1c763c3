"""`tidegate app logs`."""

from __future__ import annotations

from typing import Any

import click

from tidegate.applications import AppName, namespace_option
from tidegate.command_line import Command, flag, with_session
from tidegate.log_stream import log_entries
from tidegate.session import Session


@click.command("logs", cls=Command)
@click.argument("name")
@click.option("--kind", default="", help="Only pods of resources of this kind.")
@click.option("--name", "resource", default="", help="Only pods of the resource of this name.")
@click.option("--group", default="", help="Only pods of resources of this API group.")
@click.option("--namespace", default="", help="Only pods of this namespace.")
@click.option("--pod", default="", help="Only this pod.")
@click.option("-c", "--container", default="", help="Only this container. Default: the first of each pod.")
@click.option("--tail", type=click.IntRange(min=0), help="Lines to begin with, of each pod. Default: all.")
@click.option("--since-seconds", type=click.IntRange(min=1), help="Only lines that are at most as old.")
@click.option("--filter", "wanted", default="", help="Only lines that contain this text; !TEXT: that do not.")
@flag("-f", "--follow", help="Go on as new lines come.")
@flag("-p", "--previous", help="Lines of the container that ran before this one.")
@flag("--timestamps", help="Put the time before each line.")
@flag("--prefix", help="Put the pod before each line.")
@namespace_option()
@with_session
def logs(session: Session, name: str, app_namespace: str, **wishes: Any) -> None:
    """Print the logs of the pods of application NAME, ten pods at most. What is followed goes on where a
    connection broke off.

    Exit status: 0 printed, 1 the cluster refused, 3 no such application or pod, 4 not logged in.
    """
    app = AppName.parse(name, app_namespace)
    query: dict[str, object] = {
        **app.query,
        "kind": wishes["kind"],
        "resourceName": wishes["resource"],
        "group": wishes["group"],
        "namespace": wishes["namespace"],
        "podName": wishes["pod"],
        "container": wishes["container"],
        "tailLines": wishes["tail"],
        "sinceSeconds": wishes["since_seconds"],
        "filter": wishes["wanted"],
        "follow": "true" if wishes["follow"] else "",
        "previous": "true" if wishes["previous"] else "",
    }
    for entry in log_entries(session, app.path("logs"), query, follow=wishes["follow"]):
        time = f"{entry.get('timeStampStr') or entry.get('timeStamp') or ''} " if wishes["timestamps"] else ""
        pod = f"[{entry.get('podName', '')}] " if wishes["prefix"] else ""
        click.echo(f"{pod}{time}{entry.get('content', '')}")
