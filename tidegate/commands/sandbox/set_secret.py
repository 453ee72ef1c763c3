"""`tidegate sandbox set-secret`."""

from __future__ import annotations

import sys

import click

from tidegate.command_line import Command, flag, with_session
from tidegate.failures import Exit, Failure
from tidegate.sandbox_control import Asked, do_verb, verb_options
from tidegate.session import Session


@click.command("set-secret", cls=Command)
@click.argument("name")
@flag("--ask", help="Ask for the value, or read it from standard input. Default: a random value is made.")
@verb_options()
@with_session
def set_secret(session: Session, name: str, ask: bool, asked: Asked) -> None:
    """Set the secret NAME in the vault of make demo, as a person does in the portal.

    Its value is never shown. With --wait: vault event, Secret, Healthy.

    Exit status: 0 set, 1 refused or no demo runs, 2 wrong usage, 7 timed out.
    """
    do_verb(session, "set-secret", {"name": name, "value": _value() if ask else None}, asked)


def _value() -> str:
    """Typed without being shown at a terminal; else all of standard input, which may have several lines."""
    if sys.stdin.isatty():
        return str(click.prompt("Value", hide_input=True, err=True))
    value = sys.stdin.read().removesuffix("\n")
    if not value:
        raise Failure("Standard input: is empty. Write the value into it, or leave --ask out", Exit.USAGE)
    return value
