"""The control URL of the demo: where it is, one verb of it, and what the verb leads to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tidegate.client import Client, Json
from tidegate.command_line import Decorator, flag
from tidegate.failures import Exit, Failure, UnreachableFailure
from tidegate.output import output_option, show_document
from tidegate.server_address import is_local, url_of
from tidegate.session import Session

NOTED = "sandbox.json"
"""Name of the file beside the contexts in which `make demo` notes its control URL while it runs."""
_NONE = "No sandbox is running: start one with make demo"
_PAUSE_SECONDS = 0.1
_NAME_WIDTH = 14


@dataclass(frozen=True, slots=True)
class Asked:
    """What every verb is told besides its own fields. `timeout` in seconds, 0 = without end."""

    control: str
    wait: bool
    timeout: float
    output: str


def verb_options() -> Decorator:
    """`--control`, `--wait`, `--timeout` and `-o`; the command gets them as one argument `asked`."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        def command(*args: Any, **given: Any) -> Any:
            names = ("control", "wait", "timeout", "output")
            return function(*args, asked=Asked(**{name: given.pop(name) for name in names}), **given)

        command.__doc__, command.__module__ = function.__doc__, function.__module__
        for option in (
            output_option("json", "yaml"),
            click.option(
                "--timeout",
                type=click.FloatRange(min=0),
                default=60.0,
                help="Seconds to wait, 0 = without end. Default: 60.",
            ),
            flag("--wait", help="Follow what happens, step by step, until the effect is live."),
            click.option(
                "--control",
                default="",
                help="Control URL of the demo. Default: TIDEGATE_SANDBOX, then the one that make demo noted.",
            ),
        ):
            command = option(command)
        return command

    return decorate


def do_verb(session: Session, verb: str, fields: Json, asked: Asked) -> None:
    """Do one verb, say what was done and where to look, and follow the effect if that is wanted."""
    client = _client(session, asked.control)
    answer = client.post(f"/{verb}", {name: value for name, value in fields.items() if value is not None})
    if not asked.output:
        click.echo(answer["done"])
    effect = _followed(session, client, answer["effect"], asked.timeout) if asked.wait else {}
    if asked.output:
        show_document(
            {name: value for name, value in (answer | effect).items() if name != "effect"}, asked.output
        )
        return
    for url in answer["look"]:
        click.echo(f"Look at {url}")


def _client(session: Session, control: str) -> Client:
    """Of the demo that answers. Raises Failure where none does, or where something else does."""
    given = control or session.environment.sandbox
    url = given or _noted(session.environment.config.with_name(NOTED))
    if not is_local(url):
        raise Failure(f"Control URL {url}: the sandbox is on this machine only", Exit.USAGE)
    client = Client(session.connect(url_of(url, plaintext=True), False))
    try:
        known = client.get("/").get("sandbox")
    except UnreachableFailure as error:
        raise Failure(f"{_NONE} ({error.message})" if given else _NONE) from error
    except Failure:
        known = ""
    if known != "tidegate":
        raise Failure(f"Control URL {url}: is not a sandbox's. {_NONE}")
    return client


def _noted(path: Path) -> str:
    try:
        return str(json.loads(path.read_bytes())["control"])
    except FileNotFoundError as error:
        raise Failure(_NONE) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Failure(
            f"File {path}: cannot be read as a note of make demo. Remove it, or use --control"
        ) from error


def _followed(session: Session, client: Client, effect: str, timeout: float) -> Json:
    """Tell each step once it is reached; return all of them."""
    started, told = session.clock.now(), 0
    while True:
        view = client.get(effect)
        for step in view["steps"][told:]:
            session.progress(f"{step['seconds']:6.1f} s  {step['name']:<{_NAME_WIDTH}}  {step['text']}")
        told = len(view["steps"])
        if view["live"]:
            return view
        if timeout and session.clock.now() - started >= timeout:
            raise Failure(
                f"Timed out after {timeout:g} s while waiting for: {view['waitingFor']}. {view['now']}",
                Exit.TIMEOUT,
            )
        session.clock.sleep(_PAUSE_SECONDS)
