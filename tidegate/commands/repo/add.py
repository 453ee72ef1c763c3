"""`tidegate repo add`."""

from __future__ import annotations

import click

from tidegate.client import path_of
from tidegate.command_line import Command, flag, with_session
from tidegate.failures import Exit, Failure
from tidegate.secret_input import given_secret
from tidegate.session import Session


@click.command("add", cls=Command)
@click.argument("url")
@click.option("--username", default="", help="Name to log in with. With a token of GitHub any name is good.")
@click.option("--password", default="", help="Password or token; - reads it from standard input.")
@click.option("--name", default="", help="A name for people.")
@click.option("--project", default="", help="Project that may use it. Default: all.")
@click.option(
    "--type", "kind", type=click.Choice(["git", "helm"]), default="git", help="git; helm waits. Default: git."
)
@click.option("--ssh-private-key-path", default="", help="SSH key (waits: use https with a token).")
@flag("--upsert", help="Replace what is registered under the same URL.")
@with_session
def add(session: Session, url: str, username: str, password: str, upsert: bool, **more: str) -> None:
    """Register the repository URL with its credentials. They also serve repositories below that URL.

    The password is kept sealed on the server and never shown again.

    Exit status: 0 registered, 1 refused or not reachable, 2 wrong usage, 4 not logged in.
    """
    if more["ssh_private_key_path"] or more["kind"] == "helm":
        raise Failure("SSH keys and Helm repositories wait. Use an https URL of a Git repository", Exit.USAGE)
    secret = given_secret(password)
    if bool(username) != bool(secret):
        raise Failure("Give both --username and --password, or neither", Exit.USAGE)
    body = {
        "repo": url,
        "username": username,
        "password": secret,
        "name": more["name"],
        "project": more["project"],
        "type": "git",
    }
    session.client.post(path_of("repositories"), body, {"upsert": "true" if upsert else ""})
    click.echo(f"Repository '{url}' added")
