"""Commands that people know from argocd and that wait here: each says so, and what to do meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import click

from tidegate.command_line import Command
from tidegate.failures import Failure

_ANY = {"ignore_unknown_options": True, "allow_extra_args": True}


def _waiting(name: str, what: str, meanwhile: str) -> click.Command:
    def say_so(**_: object) -> None:
        raise Failure(f"{what} wait: this version has none. {meanwhile}")

    return _command(name, say_so, f"{what} wait: this version has none. {meanwhile}.")


def _command(name: str, body: Callable[..., None], text: str) -> click.Command:
    words = click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)
    return Command(name, callback=body, params=[words], help=text, context_settings=_ANY)


proj = _waiting("proj", "Projects", "Every application is in the project it names, and no rule is applied")
actions = _waiting(
    "actions", "Resource actions", "Use kubectl rollout restart, or change the manifest in Git"
)
generate_token = _waiting("generate-token", "API tokens", "Use tidegate login; its token lasts a day")
