"""`tidegate login`."""

from __future__ import annotations

import click

from tidegate.client import LOGIN, Client
from tidegate.command_line import Command, flag, with_session
from tidegate.configuration import Context
from tidegate.failures import Exit, Failure
from tidegate.secret_input import given_secret
from tidegate.server_address import is_local, url_of
from tidegate.session import Session


@click.command("login", cls=Command)
@click.argument("server")
@click.option("--username", help="Name of the account. Default: it is asked for.")
@click.option("--password", help="Its password. Default: it is asked for; - reads it from standard input.")
@click.option("--name", default="", help="Name of the context. Default: SERVER.")
@flag("--sso", help="Log in with Entra ID (waits).")
@flag("--skip-test-tls", help="Without effect: there is no extra handshake to skip.")
@with_session
def login(
    session: Session, server: str, username: str | None, password: str | None, name: str, **more: bool
) -> None:
    """Log in to SERVER, which is HOST, HOST:PORT or a URL.

    The token is kept in ~/.config/tidegate/config.json, which only you can read; the password is not kept.
    Every token ends after a day. A server on this machine may be without TLS; for others say --plaintext.

    Exit status: 0 logged in, 2 wrong usage, 4 wrong name or password.
    """
    if more["sso"]:
        raise Failure("Login with Entra ID waits. Use --username and --password", Exit.USAGE)
    given = {
        "username": username or click.prompt("Username", err=True),
        "password": given_secret(password)
        if password
        else click.prompt("Password", hide_input=True, err=True),
    }
    context = _answered(session, server, given)
    kept = Context(name or server, *context)
    session.keep(session.configuration().with_context(kept))
    click.echo(f"'{given['username']}:login' logged in successfully")
    click.echo(f"Context '{kept.name}' updated")


def _answered(session: Session, server: str, given: dict[str, str]) -> tuple[str, str, str, bool]:
    """(URL, user, token, insecure) of the server once it took the password.

    Without a scheme TLS is tried first; a server on this machine that has none is spoken to without.
    """
    choices = session.choices
    url = url_of(server, plaintext=choices.plaintext)
    try:
        token = _token(session, url, given)
    except Failure as failure:
        if (
            "://" in server
            or choices.plaintext
            or not is_local(server)
            or "does not speak TLS" not in str(failure)
        ):
            raise
        url = url_of(server, plaintext=True)
        token = _token(session, url, given)
        session.progress(f"Server {server} has no TLS. It is on this machine, so that is used")
    return url, given["username"], token, choices.insecure


def _token(session: Session, url: str, given: dict[str, str]) -> str:
    client = Client(session.connect(url, session.choices.insecure))
    return str(client.post(LOGIN, given)["token"])
