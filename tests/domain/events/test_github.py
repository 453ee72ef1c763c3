"""Which GitHub webhooks are believed, and what they say."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from shared.domain.access.secret_text import SecretText
from shared.domain.events.git_push import GitPush
from shared.domain.events.github import Ignored, Ping, read_github_event
from shared.errors import (
    InvalidRequestError,
    PayloadTooLargeError,
    TidegateError,
    UnauthenticatedError,
    UnsupportedMediaTypeError,
)

SECRET = "It's a Secret to Everybody"
ZEROS = "0" * 40


def payload(**changes: Any) -> dict[str, Any]:
    return {
        "ref": "refs/heads/main",
        "before": "a" * 40,
        "after": "b" * 40,
        "forced": False,
        "repository": {
            "full_name": "my-org/shop",
            "clone_url": "https://github.com/my-org/shop.git",
            "default_branch": "main",
        },
        "commits": [commit(added=["b"], removed=["a"]), commit(modified=["c", "b"])],
        **changes,
    }


def commit(**files: list[str]) -> dict[str, Any]:
    return {"id": "c" * 40, "added": [], "removed": [], "modified": [], **files}


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers(body: bytes, event: str = "push", **changes: str) -> dict[str, str]:
    return {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": "guid-1",
        "Content-Type": "application/json",
        "X-Hub-Signature-256": signature(body),
        **changes,
    }


def read(
    body: bytes | dict[str, Any], *secrets: str, event: str = "push", **changes: str
) -> GitPush | Ping | Ignored:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = [SecretText(secret) for secret in secrets or (SECRET,)]
    return read_github_event(headers(raw, event, **changes), raw, given)


def paths(**changes: Any) -> tuple[str, ...] | None:
    push = read(payload(**changes))
    assert isinstance(push, GitPush)
    return push.changed_paths


def test_a_push_says_what_moved() -> None:
    assert read(payload()) == GitPush(
        repo_url="https://github.com/my-org/shop.git",
        ref="refs/heads/main",
        before="a" * 40,
        after="b" * 40,
        default_branch="main",
        changed_paths=("a", "b", "c"),
        delivery="guid-1",
    )


def test_header_names_may_have_any_case() -> None:
    raw = json.dumps(payload()).encode()
    lower = {name.lower(): value for name, value in headers(raw).items()}
    assert isinstance(read_github_event(lower, raw, [SecretText(SECRET)]), GitPush)


def test_the_signature_is_the_one_of_githubs_documentation() -> None:
    """Source: docs.github.com, "Validating webhook deliveries", "Testing the webhook payload validation"."""
    published = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert signature(b"Hello, World!") == published
    with pytest.raises(InvalidRequestError, match="no JSON"):  # proved, then read
        read(b"Hello, World!", **{"X-Hub-Signature-256": published})


def test_a_form_is_read_and_signed_as_it_was_sent() -> None:
    text = json.dumps(payload(commits=[commit(added=["ü & = + %.yaml"])]), ensure_ascii=False)
    body = urlencode({"other": "1", "payload": text}).encode()
    push = read(body, **{"Content-Type": "application/x-www-form-urlencoded"})
    assert isinstance(push, GitPush)
    assert push.changed_paths == ("ü & = + %.yaml",)


def test_while_a_secret_is_replaced_both_are_valid() -> None:
    assert isinstance(read(payload(), "new", SECRET), GitPush)
    assert isinstance(read(payload(), SECRET, "new"), GitPush)


@pytest.mark.parametrize("secrets", [[], [SecretText("")]])
def test_without_a_configured_secret_nobody_is_trusted(secrets: list[SecretText]) -> None:
    raw = json.dumps(payload()).encode()
    unkeyed = headers(raw, **{"X-Hub-Signature-256": signature(raw, "")})
    with pytest.raises(UnauthenticatedError, match="no secret is configured"):
        read_github_event(unkeyed, raw, secrets)


@pytest.mark.parametrize(
    "claimed",
    [
        signature(b"another body"),
        signature(json.dumps(payload()).encode(), "another secret"),
        signature(json.dumps(payload()).encode()).upper(),
        signature(json.dumps(payload()).encode()).removeprefix("sha256="),
        "sha1=" + hmac.new(SECRET.encode(), json.dumps(payload()).encode(), hashlib.sha1).hexdigest(),
        "sha256=",
        "sha256=\u00e9",
        "nonsense",
    ],
)
def test_any_other_signature_is_refused(claimed: str) -> None:
    with pytest.raises(UnauthenticatedError, match="another secret") as caught:
        read(payload(), **{"X-Hub-Signature-256": claimed})
    assert SECRET not in str(caught.value)


def test_an_unsigned_request_is_refused() -> None:
    with pytest.raises(UnauthenticatedError, match="no X-Hub-Signature-256"):
        read(payload(), **{"X-Hub-Signature-256": ""})


def test_a_changed_byte_is_noticed() -> None:
    raw = json.dumps(payload()).encode()
    with pytest.raises(UnauthenticatedError):
        read_github_event(headers(raw), raw + b" ", [SecretText(SECRET)])


def test_nothing_is_parsed_before_it_is_proved() -> None:
    with pytest.raises(UnauthenticatedError):
        read(b"{", **{"X-Hub-Signature-256": "sha256=0"})


def test_more_than_githubs_cap_is_not_read() -> None:
    with pytest.raises(PayloadTooLargeError):
        read(b" " * (25 * 1024 * 1024 + 1))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps(payload(ref=7)).encode(),
        json.dumps(payload(after="short")).encode(),
        json.dumps(payload(after="g" * 40)).encode(),
        json.dumps(payload(before=None)).encode(),
        json.dumps(payload(repository=None)).encode(),
        json.dumps(payload(repository={"clone_url": "https://x/y"})).encode(),
        json.dumps(payload(repository={"clone_url": 5, "default_branch": "main"})).encode(),
    ],
)
def test_what_github_does_not_send_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequestError, match="GitHub webhook"):
        read(body)


def test_a_form_without_payload_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="no field 'payload'"):
        read(b"a=b", **{"Content-Type": "application/x-www-form-urlencoded"})


def test_other_content_types_are_refused() -> None:
    with pytest.raises(UnsupportedMediaTypeError, match="text/plain"):
        read(payload(), **{"Content-Type": "text/plain"})


def test_parameters_of_the_content_type_do_not_matter() -> None:
    assert isinstance(read(payload(), **{"Content-Type": "Application/JSON; charset=utf-8"}), GitPush)


def test_a_ping_is_a_ping() -> None:
    assert read({"zen": "…"}, event="ping") == Ping("guid-1")


@pytest.mark.parametrize("event", ["issues", "pull_request", "installation", ""])
def test_an_event_of_no_use_is_ignored_not_refused(event: str) -> None:
    assert isinstance(read({"action": "opened"}, event=event), Ignored)


def test_refs_that_are_neither_branch_nor_tag_are_ignored() -> None:
    assert isinstance(read(payload(ref="refs/notes/commits")), Ignored)


def test_a_deleted_branch_is_a_push_that_says_so() -> None:
    push = read(payload(after=ZEROS, deleted=True, commits=[], head_commit=None))
    assert isinstance(push, GitPush)
    assert push.deleted
    assert push.changed_paths is None


def test_a_tag_is_a_push_without_paths() -> None:
    push = read(payload(ref="refs/tags/v1", before=ZEROS, created=True, commits=[]))
    assert isinstance(push, GitPush)
    assert (push.ref, push.created, push.changed_paths) == ("refs/tags/v1", True, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"forced": True},
        {"before": ZEROS},
        {"commits": []},
        {"commits": None},
        {"commits": [commit()] * 2048},
        {"commits": [commit(added=[f"f{n}" for n in range(3000)])]},
        {"commits": [commit(added=["a"]), {"id": "c" * 40}]},
        {"commits": ["c" * 40]},
    ],
    ids=[
        "forced",
        "new branch",
        "no commits",
        "no list",
        "list is full",
        "files are full",
        "no files",
        "no commit",
    ],
)
def test_paths_are_unknown_where_the_list_may_lack_some(changes: dict[str, Any]) -> None:
    assert paths(**changes) is None


def test_every_commit_counts() -> None:
    assert paths(commits=[commit(added=["a"]), commit(removed=["a"], modified=["z"])]) == ("a", "z")


def test_a_token_in_the_clone_url_is_dropped() -> None:
    repository = {"clone_url": "https://me:t0ken@ghe.example.org/o/r.git", "default_branch": "main"}
    push = read(payload(repository=repository))
    assert isinstance(push, GitPush)
    assert push.repo_url == "https://ghe.example.org/o/r.git"


def test_no_error_shows_the_body_or_a_secret() -> None:
    with pytest.raises(TidegateError) as caught:
        read(b'{"password": "hunter2", ', SECRET)
    assert "hunter2" not in str(caught.value)
