"""`tidegate sandbox …`: what is asked of the control URL, and what a person sees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.tidegate.worlds import ScriptedTransport, StandingClock
from tidegate.environment import Environment
from tidegate.failures import UnreachableFailure
from tidegate.main import cli
from tidegate.session import Session

CONTROL = "http://127.0.0.1:4711"
THERE: dict[str, list[tuple[int, Any]]] = {"GET /": [(200, {"sandbox": "tidegate", "verbs": []})]}
DONE = {
    "verb": "drift",
    "done": "Changed the replicas",
    "look": ["http://127.0.0.1:80/applications/argocd/shop"],
    "effect": "/effects/7",
}
PUT_BACK = {"name": "put back", "text": "shop has 3", "seconds": 0.25}
HEALTHY = {"name": "Healthy", "text": "shop is Healthy", "seconds": 0.5}
EFFECT = [
    (200, {"live": False, "steps": [], "waitingFor": "put back", "now": "shop is OutOfSync"}),
    (200, {"live": False, "steps": [PUT_BACK], "waitingFor": "Healthy", "now": "shop is Synced"}),
    (200, {"live": True, "steps": [PUT_BACK, HEALTHY]}),
]


class Typed:
    """Types one command; `transport` has what was sent, `asked` the URLs that were connected to."""

    def __init__(self, folder: Path, answers: dict[str, list[tuple[int, Any]]] | None = None) -> None:
        self.folder = folder
        self.transport = ScriptedTransport(THERE | (answers or {}))
        self.asked: list[str] = []

    def __call__(self, *words: str, given: str = "", sandbox: str = CONTROL) -> Result:
        environment = Environment(self.folder / "config.json", sandbox=sandbox)
        session = Session(environment, self._connect, StandingClock())
        return CliRunner().invoke(cli, ["sandbox", *words], input=given, obj=session)

    def _connect(self, url: str, insecure: bool) -> ScriptedTransport:
        assert not insecure
        self.asked.append(url)
        return self.transport

    @property
    def body(self) -> Any:
        """Of the last request that had one."""
        return json.loads([body for method, _, body in self.transport.sent if method == "POST"][-1])


class Nobody:
    """Where nothing listens."""

    def send(self, method: str, target: str, body: bytes | None, headers: object) -> Any:
        raise UnreachableFailure("Server http://127.0.0.1:4711: connection refused")


@pytest.mark.parametrize(
    ("words", "verb", "body"),
    [
        ("push-image", "push-image", {}),
        ("push-image --repository milvus --tag v3", "push-image", {"repository": "milvus", "tag": "v3"}),
        ("drift", "drift", {}),
        (
            "drift --namespace docs --name docs-site --replicas 0",
            "drift",
            {"namespace": "docs", "name": "docs-site", "replicas": 0},
        ),
        ("set-secret openai-api-key", "set-secret", {"name": "openai-api-key"}),
        ("revert", "revert", {}),
        ("revert abc1234", "revert", {"commit": "abc1234"}),
    ],
)
def test_a_verb_asks_for_what_was_said_and_no_more(
    tmp_path: Path, words: str, verb: str, body: dict[str, object]
) -> None:
    typed = Typed(tmp_path, {f"POST /{verb}": [(200, DONE)]})
    done = typed(*words.split())
    assert done.exit_code == 0, done.stderr
    assert typed.body == body
    assert done.stdout == "Changed the replicas\nLook at http://127.0.0.1:80/applications/argocd/shop\n"
    assert done.stderr == ""


def test_wait_tells_each_step_once_and_ends_when_the_effect_is_live(tmp_path: Path) -> None:
    done = Typed(tmp_path, {"POST /drift": [(200, DONE)], "GET /effects/7": EFFECT})("drift", "--wait")
    assert done.exit_code == 0
    assert [line.split() for line in done.stderr.splitlines()] == [
        ["0.2", "s", "put", "back", "shop", "has", "3"],
        ["0.5", "s", "Healthy", "shop", "is", "Healthy"],
    ]


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_programs_get_one_document_with_every_step(tmp_path: Path, form: str) -> None:
    typed = Typed(tmp_path, {"POST /drift": [(200, DONE)], "GET /effects/7": EFFECT})
    done = typed("drift", "--wait", "-o", form)
    assert done.exit_code == 0
    if form == "json":
        document = json.loads(done.stdout)
        assert (document["done"], document["live"]) == ("Changed the replicas", True)
        assert document["steps"] == [PUT_BACK, HEALTHY]
        assert "effect" not in document
    else:
        assert done.stdout.startswith("verb: drift\ndone: Changed the replicas\n")


def test_what_does_not_become_live_is_7_with_where_it_stands(tmp_path: Path) -> None:
    typed = Typed(tmp_path, {"POST /drift": [(200, DONE)], "GET /effects/7": EFFECT[:2]})
    done = typed("drift", "--wait", "--timeout", "5")
    assert done.exit_code == 7
    assert done.stderr.endswith("Error: Timed out after 5 s while waiting for: Healthy. shop is Synced\n")


@pytest.mark.parametrize(("status", "exit_code"), [(400, 1), (404, 3), (409, 6)])
def test_what_the_sandbox_refuses_is_told_in_its_words(tmp_path: Path, status: int, exit_code: int) -> None:
    refusal = {"message": "Deployment a/b: name is wrong. Write another", "field": "name"}
    done = Typed(tmp_path, {"POST /drift": [(status, refusal)]})("drift")
    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert done.stderr == "Error: Deployment a/b: name is wrong. Write another\n"


def test_a_secret_is_read_whole_and_never_shown(tmp_path: Path) -> None:
    typed = Typed(tmp_path, {"POST /set-secret": [(200, DONE)], "GET /effects/7": EFFECT})
    done = typed("set-secret", "key", "--ask", "--wait", given="first ge\nheim\n\n")
    assert done.exit_code == 0, done.stderr
    assert typed.body == {"name": "key", "value": "first ge\nheim\n"}
    assert "heim" not in done.output


def test_an_empty_secret_is_wrong_usage_and_nothing_is_sent(tmp_path: Path) -> None:
    typed = Typed(tmp_path)
    done = typed("set-secret", "key", "--ask", given="")
    assert done.exit_code == 2
    assert typed.transport.sent == []


def test_the_control_url_is_the_option_then_the_variable_then_the_note(tmp_path: Path) -> None:
    (tmp_path / "sandbox.json").write_text('{"control": "http://127.0.0.1:3"}')
    typed = Typed(tmp_path, {"POST /revert": [(200, DONE)]})
    typed("revert", "--control", "127.0.0.1:1", sandbox="localhost:2")
    typed("revert", sandbox="localhost:2")
    typed("revert", sandbox="")
    assert typed.asked == ["http://127.0.0.1:1", "http://localhost:2", "http://127.0.0.1:3"]


def test_without_a_demo_a_verb_says_how_to_start_one(tmp_path: Path) -> None:
    done = Typed(tmp_path)("drift", sandbox="")
    assert done.exit_code == 1
    assert done.stderr == "Error: No sandbox is running: start one with make demo\n"


@pytest.mark.parametrize("noted", [True, False])
def test_a_demo_that_has_ended_is_none_that_runs(tmp_path: Path, noted: bool) -> None:
    (tmp_path / "sandbox.json").write_text(json.dumps({"control": CONTROL}))
    environment = Environment(tmp_path / "config.json", sandbox="" if noted else CONTROL)
    session = Session(environment, lambda url, insecure: Nobody(), StandingClock())
    done = CliRunner().invoke(cli, ["sandbox", "drift"], obj=session)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: No sandbox is running: start one with make demo")


@pytest.mark.parametrize("answer", [(200, {"something": "else"}), (404, b"not found"), (200, b"<html>")])
def test_a_secret_is_not_sent_to_what_is_no_sandbox(tmp_path: Path, answer: tuple[int, Any]) -> None:
    typed = Typed(tmp_path, {"GET /": [answer]})
    done = typed("set-secret", "key", "--ask", given="geheim")
    assert done.exit_code == 1
    assert "is not a sandbox's" in done.stderr
    assert [method for method, _, _ in typed.transport.sent] == ["GET"]


def test_a_control_url_on_another_machine_is_refused(tmp_path: Path) -> None:
    typed = Typed(tmp_path)
    done = typed("drift", "--control", "http://10.0.0.9:80")
    assert (done.exit_code, typed.asked) == (2, [])
    assert "on this machine only" in done.stderr


@pytest.mark.parametrize("text", ["{", "[]", '{"url": "x"}'])
def test_a_note_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "sandbox.json").write_text(text)
    done = Typed(tmp_path)("drift", sandbox="")
    assert done.exit_code == 1
    assert str(tmp_path / "sandbox.json") in done.stderr
