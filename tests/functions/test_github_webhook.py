"""The webhook's door: who is believed, what is handed on, and what senders are told."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping

import azure.functions as func
import pytest

from functions import github_webhook
from shared.domain.access.secret_text import SecretText
from shared.domain.events.git_push import GitPush
from shared.domain.events.github import PAYLOAD_LIMIT_BYTES
from tests.functions.doors import Output, binding, functions_of, http_request, user_function
from tests.services.worlds import engine

SECRET = "webhook-secret-that-nobody-sees"
PUSH = {
    "ref": "refs/heads/main",
    "before": "a" * 40,
    "after": "b" * 40,
    "repository": {"clone_url": "https://github.com/my-org/shop.git", "default_branch": "main"},
    "commits": [{"added": ["a.yaml"], "modified": [], "removed": []}],
}


def told(
    body: bytes, event: str = "push", headers: Mapping[str, str] | None = None
) -> tuple[func.HttpResponse, str | None]:
    """The answer and the message for the queue; signed rightly unless `headers` say otherwise."""
    world = engine(github_secrets=(SecretText(SECRET),))
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    sent = {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": "delivery-1",
        "X-Hub-Signature-256": signature,
        "Content-Type": "application/json",
        **(headers or {}),
    }
    event_out = Output()
    door = user_function(github_webhook.blueprint(world.read_github), "github_webhook")
    answer = door(http_request("POST", "/api/webhook", body, sent), event_out)
    return answer, event_out.value


def test_a_push_is_handed_on_as_one_small_message_and_answered_202() -> None:
    answer, message = told(json.dumps(PUSH).encode())
    assert answer.status_code == 202
    assert message is not None
    push = GitPush.from_message(message)
    assert (push.repo_url, push.ref, push.after) == (
        "https://github.com/my-org/shop.git",
        "refs/heads/main",
        "b" * 40,
    )
    assert push.delivery == "delivery-1"


@pytest.mark.parametrize("event", ["ping", "star", "deployment_status"])
def test_what_is_no_push_is_answered_200_and_hands_nothing_on(event: str) -> None:
    answer, message = told(b"{}", event)
    assert (answer.status_code, message) == (200, None)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256=" + "0" * 64},
        {"X-Hub-Signature-256": "sha256=é"},
        {"X-Hub-Signature-256": "sha1=abc"},
    ],
)
def test_without_the_right_signature_nothing_is_read_and_nothing_handed_on(headers: dict[str, str]) -> None:
    answer, message = told(json.dumps(PUSH).encode(), headers=headers)
    assert (answer.status_code, message) == (401, None)
    assert json.loads(answer.get_body())["code"] == 16


def test_the_signature_covers_the_raw_bytes() -> None:
    body = json.dumps(PUSH, indent=3).encode()
    assert told(body)[0].status_code == 202
    signature = "sha256=" + hmac.new(SECRET.encode(), body.replace(b" ", b""), hashlib.sha256).hexdigest()
    assert told(body, headers={"X-Hub-Signature-256": signature})[0].status_code == 401


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff\xfe", b'{"ref": 1}', json.dumps({**PUSH, "after": "x"}).encode()]
)
def test_a_signed_body_that_is_no_push_is_answered_400(body: bytes) -> None:
    answer, message = told(body)
    assert (answer.status_code, message) == (400, None)


def test_another_content_type_is_answered_415() -> None:
    answer, message = told(json.dumps(PUSH).encode(), headers={"Content-Type": "text/plain"})
    assert (answer.status_code, message) == (415, None)


def test_a_huge_body_is_answered_413_before_its_signature_is_tried() -> None:
    answer, message = told(
        b" " * (PAYLOAD_LIMIT_BYTES + 1), headers={"X-Hub-Signature-256": "sha256=" + "0" * 64}
    )
    assert (answer.status_code, message) == (413, None)


def test_a_bug_is_answered_500_in_words_and_never_with_its_traceback() -> None:
    def broken(headers: Mapping[str, str], body: bytes) -> tuple[str | None, str]:
        raise ZeroDivisionError(SECRET)

    door = user_function(github_webhook.blueprint(broken), "github_webhook")
    answer = door(http_request("POST", "/api/webhook"), Output())
    text = answer.get_body().decode()
    assert answer.status_code == 500
    assert json.loads(text)["code"] == 13
    assert "Traceback" not in text
    assert "ZeroDivisionError" not in text
    assert SECRET not in text


def test_no_answer_holds_the_secret_or_the_right_signature() -> None:
    body = json.dumps(PUSH).encode()
    right = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    for headers in ({"X-Hub-Signature-256": "sha256=" + "0" * 64}, {"Content-Type": "text/plain"}):
        text = told(body, headers=headers)[0].get_body().decode()
        assert SECRET not in text
        assert right not in text


def test_the_door_stands_where_github_knocks_and_feeds_the_events_queue() -> None:
    found = functions_of(github_webhook.blueprint(lambda headers, body: (None, "")))["github_webhook"]
    assert binding(found, "in")["route"] == "api/webhook"
    assert [method.upper() for method in binding(found, "in")["methods"]] == ["POST"]
