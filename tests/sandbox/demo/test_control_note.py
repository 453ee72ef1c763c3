"""Commands find the demo that runs, and no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from sandbox.demo.control_note import note_path, noted
from sandbox.loopback_server import LoopbackServer


class _Sandbox(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"sandbox": "tidegate"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def running() -> Iterator[str]:
    """The control URL of a demo that runs."""
    server = LoopbackServer(0, _Sandbox)
    server.begin("sandbox")
    yield server.url
    server.end()


def said(path: Path) -> str:
    return str(json.loads(path.read_text())["control"])


def test_the_note_lies_beside_the_contexts_of_the_command_line(tmp_path: Path) -> None:
    assert note_path({"TIDEGATE_CONFIG": "/x/mine.json"}) == Path("/x/sandbox.json")
    assert note_path({"XDG_CONFIG_HOME": "/x"}) == Path("/x/tidegate/sandbox.json")
    assert note_path({}) == Path.home() / ".config/tidegate/sandbox.json"


def test_the_note_is_there_for_its_owner_while_the_demo_runs(tmp_path: Path) -> None:
    path = tmp_path / "tidegate" / "sandbox.json"
    with noted(path, "http://127.0.0.1:1") as is_noted:
        assert is_noted
        assert said(path) == "http://127.0.0.1:1"
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == []


def test_a_demo_that_runs_keeps_its_note(tmp_path: Path, running: str) -> None:
    path = tmp_path / "sandbox.json"
    with noted(path, running), noted(path, "http://127.0.0.1:1") as second:
        assert not second
        assert said(path) == running


@pytest.mark.parametrize("left", [b'{"control": "http://127.0.0.1:1"}', b"no json", b"[]", b'{"control": 1}'])
def test_what_a_killed_demo_left_is_replaced(tmp_path: Path, running: str, left: bytes) -> None:
    path = tmp_path / "sandbox.json"
    path.write_bytes(left)
    with noted(path, running) as is_noted:
        assert is_noted
        assert said(path) == running


def test_the_note_of_somebody_else_is_not_removed(tmp_path: Path, running: str) -> None:
    path = tmp_path / "sandbox.json"
    with noted(path, "http://127.0.0.1:1"):
        path.write_text(json.dumps({"control": running}))
    assert said(path) == running


def test_where_no_note_can_be_written_that_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with noted(tmp_path / "file" / "sandbox.json", "http://127.0.0.1:1") as is_noted:
        assert not is_noted
