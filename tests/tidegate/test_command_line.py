"""What every command has in common."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bench.lines import ROOT
from tests.tidegate.worlds import SERVER, Terminal, scripted
from tidegate.command_line import Command, Flag, LazyGroup
from tidegate.environment import Environment
from tidegate.main import cli, connect
from tidegate.session import Session


def commands(group: LazyGroup = cli, before: str = "") -> Iterator[tuple[str, click.Command, str]]:
    """Every command with the words that call it, and the line that its group shows for it."""
    for name, entry in group.table.items():
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, LazyGroup):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command, entry.help


ALL = list(commands())
WAITING = {"proj", "app actions", "account generate-token"}


def test_every_file_of_commands_is_in_a_table() -> None:
    files = {path for path in (ROOT / "tidegate/commands").rglob("*.py") if path.name != "__init__.py"}
    used = {Path(sys.modules[str(command.callback.__module__)].__file__ or "") for _, command, _ in ALL}
    assert files - used == set()


@pytest.mark.parametrize(("name", "command", "line"), ALL, ids=[name for name, *_ in ALL])
def test_a_command_is_called_what_its_table_says_and_tells_its_exit_statuses(
    name: str, command: click.Command, line: str
) -> None:
    assert isinstance(command, Command)
    assert command.name == name.rsplit(maxsplit=1)[-1]
    assert line.endswith(".")
    assert ("Exit status: " in (command.help or "")) is (name not in WAITING)
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            assert option.help, f"{name} {option.opts}"
            assert option.help.endswith("."), f"{name} {option.opts}"


@pytest.mark.parametrize("name", [name for name, *_ in ALL])
def test_every_command_has_help(name: str, tmp_path: Path) -> None:
    session = Session(Environment(tmp_path / "c.json"), connect)
    done = CliRunner().invoke(cli, [*name.split(), "--help"], obj=session)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"Usage: {cli.name} {name} ")
    assert "--argocd-compat" not in done.stdout


@pytest.mark.parametrize("name", sorted(WAITING))
def test_what_waits_says_so_whatever_follows_it(terminal: Terminal, name: str) -> None:
    done = terminal(*name.split(), "list", "x", "--anything")
    assert done.exit_code == 1
    assert "this version has none" in done.stderr


def test_errors_are_json_where_answers_are(terminal: Terminal) -> None:
    done = terminal("app", "get", "x", "-o", "json")
    assert done.stdout == ""
    assert json.loads(done.stderr) == {"error": 'applications.argoproj.io "x" not found', "exitStatus": 3}


def test_who_wants_argocds_exit_status_gets_it(terminal: Terminal) -> None:
    assert terminal("app", "get", "x", "--argocd-compat").exit_code == 20
    assert terminal("--argocd-compat", "app", "get", "x").exit_code == 20


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ((400, {"code": 3, "message": "no"}), 1),
        ((400, {"code": 9, "message": "another operation is already in progress"}), 6),
        ((401, {"code": 16, "message": "no session information"}), 4),
        ((403, {"code": 7, "message": "permission denied"}), 5),
        ((404, {"code": 5, "message": "not found"}), 3),
        ((404, {"code": 5, "message": "GET /x: there is no such path"}), 1),
        ((409, {"code": 10, "message": "changed"}), 6),
        ((500, {"code": 13, "message": "a bug"}), 1),
        ((504, {"code": 4, "message": "too late"}), 7),
    ],
)
def test_what_a_server_says_becomes_an_exit_status(
    tmp_path: Path, answer: tuple[int, object], status: int
) -> None:
    done = scripted(tmp_path, {"GET /api/v1/applications/x": [answer]}, "app", "get", "x")
    assert done.exit_code == status
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1


def test_a_word_that_is_no_command_is_wrong_usage(terminal: Terminal) -> None:
    assert terminal("app", "lst").exit_code == 2
    assert terminal("app", "list", "--no-such").exit_code == 2


def _flagged() -> Command:
    def show(**values: object) -> None:
        click.echo(json.dumps(values))

    flags = [Flag(["--prune", "-p"], type=click.BOOL, default=False), Flag(["--wait"], type=click.BOOL)]
    text = click.Option(["--text"])
    words = click.Argument(["words"], nargs=-1)
    return Command("x", callback=show, params=[*flags, text, words])


@pytest.mark.parametrize(
    ("typed", "prune", "wait", "words"),
    [
        ("a", False, None, ["a"]),
        ("--prune a", True, None, ["a"]),
        ("-p a", True, None, ["a"]),
        ("--prune=false a --wait", False, True, ["a"]),
        ("--prune=true false", True, None, ["false"]),
        ("-- --prune", False, None, ["--prune"]),
        ("--text --prune a", False, None, ["a"]),
    ],
)
def test_flags_are_gos(tmp_path: Path, typed: str, prune: bool, wait: bool | None, words: list[str]) -> None:
    session = Session(Environment(tmp_path / "c.json"), connect)
    found = json.loads(CliRunner().invoke(_flagged(), typed.split(), obj=session).stdout)
    assert (found["prune"], found["wait"], found["words"]) == (prune, wait, words)


def test_help_loads_neither_commands_nor_what_they_need() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nbefore = set(sys.modules)\n"
        "from tidegate.main import cli\n"
        "for words in (['--help'], ['app', '--help']):\n"
        "    assert CliRunner().invoke(cli, words, obj=None).exit_code == 0\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = run.stdout.split()
    heavy = ("yaml", "urllib.request", "ssl", "requests", "tidegate.commands", "shared", "functions")
    assert [name for name in loaded if name.startswith(heavy)] == []
    assert "tidegate.command_line" in loaded


def test_the_version_asks_no_server_unless_wanted(tmp_path: Path, terminal: Terminal) -> None:
    assert Terminal(tmp_path / "new")("version", "--client").stdout == "tidegate: v0.1.0\n"
    assert terminal("version").stdout == "tidegate: v0.1.0\ntidegate-server: v0.1.0\n"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_a_shell_gets_its_completion(terminal: Terminal, shell: str) -> None:
    done = terminal("completion", shell)
    assert done.exit_code == 0
    assert "_TIDEGATE_COMPLETE" in done.stdout


def test_a_server_that_is_not_logged_in_to_is_named_by_its_address(terminal: Terminal) -> None:
    assert terminal("account", "get-user-info").stdout.splitlines() == [
        "Logged In:  true",
        "Username:   admin",
        "Issuer:     argocd",
    ]
    assert terminal.connected[-1] == (f"https://{SERVER}", False)
