"""Logging in, out, and which server a command talks to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.functions.doors import PASSWORD
from tests.tidegate.worlds import SERVER, Terminal


def kept(terminal: Terminal) -> dict[str, object]:
    document: dict[str, object] = json.loads(terminal.environment.config.read_text())
    return document


def test_login_keeps_the_token_where_only_its_owner_reads_it(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    done = terminal("login", SERVER, "--username", "admin", "--password", PASSWORD)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "'admin:login' logged in successfully",
        f"Context '{SERVER}' updated",
    ]
    assert terminal.environment.config.stat().st_mode & 0o777 == 0o600
    assert terminal.environment.config.parent.stat().st_mode & 0o777 == 0o700
    text = terminal.environment.config.read_text()
    assert PASSWORD not in text
    assert kept(terminal)["contexts"][0]["token"].count(".") == 2  # type: ignore[index]


def test_a_wrong_password_is_4_and_keeps_nothing(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    done = terminal("login", SERVER, "--username", "admin", "--password", "guess")
    assert (done.exit_code, done.stdout) == (4, "")
    assert done.stderr == "Error: Invalid username or password\n"
    assert not terminal.environment.config.exists()


def test_name_and_password_are_asked_for_and_the_password_is_not_echoed(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    done = terminal("login", SERVER, given=f"admin\n{PASSWORD}\n")
    assert done.exit_code == 0, done.stderr
    assert PASSWORD not in done.output


def test_a_dash_takes_the_password_from_standard_input(tmp_path: Path) -> None:
    done = Terminal(tmp_path)("login", SERVER, "--username=admin", "--password=-", given=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.stderr


def test_without_a_login_a_command_says_how(tmp_path: Path) -> None:
    done = Terminal(tmp_path)("app", "list")
    assert done.exit_code == 4
    assert done.stderr == "Error: Nobody has logged in here. Run: tidegate login SERVER\n"


def test_a_token_that_the_server_refuses_is_4_and_says_how_to_get_one(terminal: Terminal) -> None:
    done = terminal("--auth-token", "a.b.c", "app", "list")
    assert done.exit_code == 4
    assert done.stderr.endswith(". Run: tidegate login SERVER\n")


@pytest.mark.parametrize(
    "words",
    [
        ("--context", "other", "app", "list"),
        ("app", "--context", "other", "list"),
        ("app", "list", "--context", "other"),
        ("app", "list", "--context=other"),
    ],
)
def test_the_options_of_every_command_stand_anywhere(terminal: Terminal, words: tuple[str, ...]) -> None:
    terminal("login", "other.test", "--username=admin", f"--password={PASSWORD}", "--name=other")
    terminal("context", SERVER)
    assert terminal(*words).exit_code == 0
    assert terminal.connected[-1] == ("https://other.test", False)


def test_a_token_is_sent_to_the_server_that_gave_it_and_to_no_other(terminal: Terminal) -> None:
    assert terminal("app", "list", "--server", "elsewhere.test").exit_code == 4
    assert terminal.connected[-1] == ("https://elsewhere.test", False)
    assert "Authorization" not in terminal.transport.sent[-1][2]
    assert terminal("app", "list", "--server", SERVER).exit_code == 0
    assert "Authorization" in terminal.transport.sent[-1][2]


def test_the_environment_names_server_and_token(terminal: Terminal, tmp_path: Path) -> None:
    token = kept(terminal)["contexts"][0]["token"]  # type: ignore[index]
    other = Terminal(tmp_path / "ci", terminal.world, server=SERVER, token=token)
    assert other("app", "list").exit_code == 0
    assert not other.environment.config.exists()


def test_argo_cds_variables_count_only_where_nobody_has_logged_in(terminal: Terminal, tmp_path: Path) -> None:
    token = kept(terminal)["contexts"][0]["token"]  # type: ignore[index]
    found = {"argocd_server": "argocd.test", "argocd_token": token}
    fresh = Terminal(tmp_path / "fresh", terminal.world, **found)
    assert fresh("app", "list").exit_code == 0
    assert fresh.connected == [("https://argocd.test", False)]
    fresh.log_in()
    assert fresh("app", "list").exit_code == 0
    assert fresh.connected[-1] == (f"https://{SERVER}", False)


def test_logout_forgets_the_token_and_keeps_the_context(terminal: Terminal) -> None:
    assert terminal("logout").stdout == f"Logged out from '{SERVER}'\n"
    assert kept(terminal)["contexts"][0]["token"] == ""  # type: ignore[index]
    assert terminal("app", "list").exit_code == 4
    assert terminal("logout", "nobody").exit_code == 3


def test_contexts_are_listed_switched_and_deleted(terminal: Terminal) -> None:
    terminal("login", "b.test", "--username=admin", f"--password={PASSWORD}", "--insecure")
    assert terminal("context").stdout.splitlines()[1:] == [
        f"         {SERVER}  https://{SERVER}  admin",
        "*        b.test         https://b.test         admin",
    ]
    assert terminal("context", SERVER).stdout == f"Switched to context '{SERVER}'\n"
    assert terminal("context", "b.test", "--delete").exit_code == 0
    assert terminal("context", "-o", "name").stdout == f"{SERVER}\n"
    assert terminal("context", "b.test").exit_code == 3


def test_insecure_is_remembered_for_its_server(terminal: Terminal) -> None:
    terminal("login", "b.test", "--username=admin", f"--password={PASSWORD}", "--insecure")
    terminal("app", "list")
    assert terminal.connected[-1] == ("https://b.test", True)


def test_a_file_that_others_may_read_is_refused(terminal: Terminal) -> None:
    terminal.environment.config.chmod(0o644)
    done = terminal("app", "list")
    assert done.exit_code == 1
    assert "chmod 600" in done.stderr


def test_a_file_that_is_not_ours_is_refused_and_left_alone(terminal: Terminal) -> None:
    terminal.environment.config.write_text("contexts: [")
    done = terminal("login", SERVER, "--username=admin", f"--password={PASSWORD}")
    assert done.exit_code == 1
    assert "is not one of tidegate" in done.stderr
    assert terminal.environment.config.read_text() == "contexts: ["


def test_single_sign_on_waits(terminal: Terminal) -> None:
    assert "Entra ID waits" in terminal("login", SERVER, "--sso").stderr
