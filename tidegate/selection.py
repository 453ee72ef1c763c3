"""Which applications a command is for: by name, by label, by project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from tidegate.applications import name_of
from tidegate.client import path_of
from tidegate.command_line import Decorator
from tidegate.failures import Exit, Failure
from tidegate.session import Session


def selection_options() -> Decorator:
    """`-l` and `--project` in place of names."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        function = click.option("--project", default="", help="All applications of this project.")(function)
        return click.option("-l", "--selector", default="", help="All applications with these labels.")(
            function
        )

    return decorate


def chosen_names(session: Session, names: tuple[str, ...], options: Mapping[str, Any]) -> list[str]:
    """The names given, or those of what the options select; without repetition, in their order.

    Raises Failure (2) for both or neither, Failure (3) when nothing is selected.
    """
    selected = bool(options["selector"] or options["project"])
    if bool(names) == selected:
        raise Failure("Name applications, or select them with -l or --project", Exit.USAGE)
    if names:
        return list(dict.fromkeys(names))
    query = {"selector": options["selector"], "projects": options["project"]}
    found = session.client.get(path_of("applications"), query).get("items") or []
    if not found:
        raise Failure("No application is selected", Exit.NOT_FOUND)
    return [str(name_of(app)) for app in found]
