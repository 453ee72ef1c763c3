"""The command line on the real REST API, whose engine lives in memory: no network, time by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from shared.domain.access.secret_text import SecretText
from tests.functions.doors import PASSWORD, Client
from tests.services.worlds import Engine, application, engine
from tidegate.client import Reply
from tidegate.environment import Environment
from tidegate.main import cli
from tidegate.session import Session

SERVER = "tidegate.test"


class EngineClock:
    """Time passes when somebody waits, and then the engine does its work."""

    def __init__(self, world: Engine) -> None:
        self._world = world

    def now(self) -> float:
        return self._world.clock.now().timestamp()

    def sleep(self, seconds: float) -> None:
        self._world.run_for(seconds)


class DoorTransport:
    """Hands a request to the REST door; keeps what was sent."""

    def __init__(self, world: Engine) -> None:
        self._door = Client(world)
        self.sent: list[tuple[str, str, Mapping[str, str]]] = []

    def send(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        self.sent.append((method, target, dict(headers)))
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(self._door.call, method, target, body or b"", headers)
            while "refresh=" in target and not asked.done():
                self._door.world.run_due()  # the door waits for the worker
            told = asked.result()
        return Reply(told.status, iter(told.text.encode().split(b"\n")))


@dataclass(slots=True)
class ScriptedTransport:
    """Answers `METHOD path` from a table; with several answers, one after the other, the last one again."""

    answers: Mapping[str, list[tuple[int, Any]]]
    sent: list[tuple[str, str, bytes]] = field(default_factory=list)

    def send(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        asked = f"{method} {target.partition('?')[0]}"
        count = sum(f"{m} {t.partition('?')[0]}" == asked for m, t, _ in self.sent)
        self.sent.append((method, target, body or b""))
        status, value = self.answers[asked][min(count, len(self.answers[asked]) - 1)]
        lines = [value] if isinstance(value, bytes) else [json.dumps(each).encode() for each in _lines(value)]
        return Reply(status, iter(lines))


def _lines(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


class Terminal:
    """Types commands. `transport` and `world` are looked at by tests."""

    def __init__(self, folder: Path, world: Engine | None = None, **environment: Any) -> None:
        self.world = world or engine(admin_password=SecretText(PASSWORD))
        self.transport = DoorTransport(self.world)
        self.environment = Environment(config=folder / "tidegate" / "config.json", **environment)
        self.connected: list[tuple[str, bool]] = []

    def log_in(self) -> Terminal:
        """Log in, and check that it worked."""
        done = self("login", SERVER, "--username", "admin", "--password", PASSWORD)
        assert done.exit_code == 0, done.stderr
        return self

    def __call__(self, *words: str, given: str = "") -> Result:
        """Run one command; `given` is its standard input."""
        session = Session(self.environment, self._connect, EngineClock(self.world))
        return CliRunner().invoke(cli, list(words), input=given, obj=session)

    def _connect(self, url: str, insecure: bool) -> DoorTransport:
        self.connected.append((url, insecure))
        return self.transport


def scripted(folder: Path, answers: Mapping[str, list[tuple[int, Any]]], *words: str) -> Result:
    """Run one command against a table of answers."""
    return scripted_with(folder, ScriptedTransport(answers), *words)


def scripted_with(folder: Path, transport: ScriptedTransport, *words: str, **environment: Any) -> Result:
    """The same with a transport that a test keeps."""
    settings = Environment(folder / "config.json", server=SERVER, token="t.o.ken", **environment)
    session = Session(settings, lambda url, insecure: transport, StandingClock())
    return CliRunner().invoke(cli, list(words), obj=session)


class StandingClock:
    """Only waiting lets time pass."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def healthy_terminal(folder: Path, **spec: Any) -> Terminal:
    """Logged in at a server whose application `shop` is Synced and Healthy."""
    terminal = Terminal(folder).log_in()
    terminal.world.add(application(**spec) if spec else None)
    terminal.world.run_for(5)
    assert terminal.world.state() == ("Synced", "Healthy")
    return terminal
