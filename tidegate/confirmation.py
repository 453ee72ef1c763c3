"""Ask a person before something is destroyed."""

from __future__ import annotations

import click

from tidegate.failures import Exit, Failure


def confirm(question: str) -> None:
    """Ask on stderr; raises Failure (2) for no, and where nobody is there to answer."""
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort as error:
        raise Failure("Nobody answered. To delete without being asked, use --yes", Exit.USAGE) from error
    if not agreed:
        raise Failure("Not confirmed: nothing was deleted", Exit.USAGE)
