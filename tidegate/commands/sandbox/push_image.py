"""`tidegate sandbox push-image`."""

from __future__ import annotations

import click

from tidegate.command_line import Command, with_session
from tidegate.sandbox_control import Asked, do_verb, verb_options
from tidegate.session import Session


@click.command("push-image", cls=Command)
@click.option("--repository", help="Name of the image in the sandbox's registry. Default: docs-site.")
@click.option("--tag", help="Its tag. Default: the newest one with its last number one higher.")
@verb_options()
@with_session
def push_image(session: Session, repository: str | None, tag: str | None, asked: Asked) -> None:
    """Push another image into the registry of make demo, as a pipeline does.

    With --wait: registry event, commit, push event, rollout, Healthy.

    Exit status: 0 pushed, 1 refused or no demo runs, 2 wrong usage, 6 that tag is there, 7 timed out.
    """
    do_verb(session, "push-image", {"repository": repository, "tag": tag}, asked)
