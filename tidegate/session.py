"""What every command is given: the server that it talks to, the clock, and how to print."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import click

from tidegate.client import Client, Transport
from tidegate.configuration import Configuration, Context, load, save
from tidegate.environment import Environment
from tidegate.failures import Exit, Failure
from tidegate.server_address import url_of


class Clock(Protocol):
    """Seconds that only grow, and a way to let some pass."""

    def now(self) -> float: ...
    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(slots=True)
class Choices:
    """The options that every command takes, wherever they stand on the line."""

    server: str = ""
    token: str = ""
    context: str = ""
    config: str = ""
    insecure: bool = False
    plaintext: bool = False
    colour: str = ""
    argocd_compat: bool = False
    output: str = ""


Connect = Callable[[str, bool], Transport]
"""(URL, insecure) → a transport to it."""


@dataclass(slots=True)
class Session:
    environment: Environment
    connect: Connect
    clock: Clock = field(default_factory=SystemClock)
    choices: Choices = field(default_factory=Choices)
    _client: Client | None = None

    @property
    def config_path(self) -> Path:
        return Path(self.choices.config) if self.choices.config else self.environment.config

    @property
    def client(self) -> Client:
        """The client of the chosen server; raises Failure where nobody has logged in."""
        if self._client is None:
            target = self.target()
            self._client = Client(self.connect(target.url, target.insecure), target.token)
        return self._client

    def target(self) -> Context:
        """Which server to talk to and with which token.

        `--server`, then TIDEGATE_SERVER, then the chosen context, then ARGOCD_SERVER. A token that belongs to
        one server is never sent to another: a context's goes with its URL, Argo CD's with ARGOCD_SERVER.
        """
        configuration, chosen, environment = self.configuration(), self.choices, self.environment
        token = chosen.token or environment.token
        if server := chosen.server or ("" if chosen.context else environment.server):
            url = url_of(server, plaintext=chosen.plaintext)
            known = _known(configuration, server, url)
            insecure = chosen.insecure or (known is not None and known.insecure)
            return Context(
                server, known.url if known else url, "", token or (known.token if known else ""), insecure
            )
        name = chosen.context or configuration.current
        if context := configuration.find(name):
            return Context(
                name,
                context.url,
                context.username,
                token or context.token,
                context.insecure or chosen.insecure,
            )
        if chosen.context:
            raise Failure(
                f"Context {chosen.context}: there is none of that name. See: tidegate context", Exit.NOT_FOUND
            )
        if environment.argocd_server:
            server = environment.argocd_server
            url = url_of(server, plaintext=chosen.plaintext)
            return Context(server, url, "", token or environment.argocd_token, chosen.insecure)
        raise Failure("Nobody has logged in here. Run: tidegate login SERVER", Exit.UNAUTHENTICATED)

    def configuration(self) -> Configuration:
        return load(self.config_path)

    def keep(self, configuration: Configuration) -> None:
        save(self.config_path, configuration)

    def colours(self) -> bool:
        """Colours for people at a terminal, unless they say otherwise."""
        if self.choices.colour in ("always", "never"):
            return self.choices.colour == "always"
        if self.environment.colour is not None:
            return self.environment.colour
        return sys.stdout.isatty()

    def progress(self, text: str) -> None:
        """Tell a person what goes on; results go to stdout, this goes to stderr."""
        click.echo(text, err=True)


def _known(configuration: Configuration, server: str, url: str) -> Context | None:
    """The context that a server address means, if somebody has logged in to it."""
    return next((each for each in configuration.contexts if server == each.name or url == each.url), None)
