"""Our app in the hands of Microsoft's worker: indexed, and called as its host calls each kind of function."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from bench.lines import ROOT
from tests.infra.declared import bindings
from tests.infra.real_worker import ask_worker

pytestmark = pytest.mark.slow
SECRET = b"of the webhook"


def environment(home: Path) -> dict[str, str]:
    return {
        "HOME": str(home),
        "TIDEGATE_HOME": str(home / "tidegate"),
        "TIDEGATE_GITHUB_WEBHOOK_SECRETS": SECRET.decode(),
        "PYTHON_THREADPOOL_THREAD_COUNT": "16",
    }


def http(function: str, method: str, url: str, body: bytes = b"", **headers: str) -> dict[str, Any]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = {"method": method, "url": url, "headers": names, "body": base64.b64encode(body).decode()}
    return {"function": function, "parameter": "req", "value": {"http": request}}


def called(home: Path, *calls: dict[str, Any]) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = ask_worker(
        "invoke", str(ROOT), json.dumps(calls), path=[ROOT], environment=environment(home)
    )
    return answers


def push() -> tuple[bytes, str]:
    """A push as GitHub writes and signs it."""
    body = json.dumps(
        {
            "ref": "refs/heads/main",
            "before": "1" * 40,
            "after": "2" * 40,
            "repository": {"clone_url": "https://github.com/my-org/charts.git", "default_branch": "main"},
            "commits": [],
        }
    ).encode()
    return body, "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()


def test_the_worker_takes_every_function_with_its_bindings(tmp_path: Path) -> None:
    found = ask_worker("index", str(ROOT), path=[ROOT], environment=environment(tmp_path))
    assert "error" not in found, found
    taken = [binding for function in found["functions"].values() for binding in function["bindings"]]
    assert len(taken) == len(bindings())
    assert sorted((each["type"], each["name"]) for each in taken) == sorted(
        (each["type"], each["name"]) for each in bindings()
    )


def test_the_worker_refuses_an_app_with_one_bad_function(tmp_path: Path) -> None:
    (tmp_path / "function_app.py").write_text(
        "import azure.functions as func\n"
        "app = func.FunctionApp()\n"
        "@app.route('a')\n"
        "def good(req: func.HttpRequest) -> str:\n    return ''\n"
        "@app.route('b')\n"
        "def bad(req: func.HttpRequest, more: str = '') -> str:\n    return ''\n"
    )
    found = ask_worker("index", str(tmp_path), path=[tmp_path])
    assert "cannot load the bad function" in found["error"]


def test_an_http_function_answers_through_the_worker(tmp_path: Path) -> None:
    healthy, unknown = called(
        tmp_path,
        http("rest_api", "GET", "https://tidegate/healthz"),
        http("rest_api", "GET", "https://tidegate/api/v1/applications?refresh="),
    )
    assert healthy["answer"]["status"] == "200"
    assert json.loads(healthy["answer"]["body"]) == {"status": "ok"}
    assert unknown["answer"]["status"] == "401"
    assert unknown["answer"]["headers"]["Content-Type"] == "application/json"


def test_a_proved_push_becomes_a_message_of_the_events_queue(tmp_path: Path) -> None:
    body, signature = push()
    url = "https://tidegate/api/webhook"
    signed, unsigned = called(
        tmp_path,
        http(
            "github_webhook",
            "POST",
            url,
            body,
            X_GitHub_Event="push",
            X_GitHub_Delivery="1",
            X_Hub_Signature_256=signature,
            Content_Type="application/json",
        ),
        http("github_webhook", "POST", url, body, X_GitHub_Event="push", Content_Type="application/json"),
    )
    assert signed["answer"]["status"] == "202", signed
    assert "2" * 40 in signed["outputs"]["event"]
    assert unsigned["answer"]["status"] == "401"
    assert unsigned["outputs"] == {}


def test_queue_and_timer_functions_run_through_the_worker(tmp_path: Path) -> None:
    poison = {"function": "work_poison", "parameter": "message", "value": {"string": '{"v": 1}'}}
    timers = [
        {"function": name, "parameter": "timer", "value": {"json": '{"IsPastDue": false, "Schedule": {}}'}}
        for name in ("drift_timer", "poll_timer")
    ]
    assert called(tmp_path, poison, *timers) == [{"answer": None, "outputs": {}}] * 3
    assert (tmp_path / "tidegate" / "tidegate.db").exists()
