"""Read a GitHub webhook: prove the sender over the raw bytes first, then parse."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.access.secret_text import SecretText
from shared.domain.events.git_push import NO_COMMIT, GitPush
from shared.domain.events.repo_url import without_userinfo
from shared.domain.events.trace_trailer import traces_in
from shared.errors import (
    InvalidRequestError,
    PayloadTooLargeError,
    UnauthenticatedError,
    UnsupportedMediaTypeError,
)

# Source: docs.github.com, "Webhook events and payloads": payloads are capped at 25 MB, a push lists at
# most 2048 commits and each of them at most 3000 files.
PAYLOAD_LIMIT_BYTES = 25 * 1024 * 1024
_COMMITS_LIMIT = 2048
_FILES_LIMIT = 3000
_COMMIT = re.compile(r"[0-9a-f]{40}")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Ping:
    """The sender tries a new webhook."""

    delivery: str
    reason: str = "the ping has arrived, and the secret is right"


@dataclass(frozen=True, slots=True)
class Ignored:
    """A proved event that has nothing to say to us. Answer 200, or GitHub shows the webhook as broken."""

    reason: str
    delivery: str


def read_github_event(
    headers: Mapping[str, str], body: bytes, secrets: Iterable[SecretText]
) -> GitPush | Ping | Ignored:
    """Return what GitHub says.

    Args:
        headers: of the request; names in any case.
        body: the raw bytes: the signature covers them, not the parsed text.
        secrets: every secret that is valid now (two while one is being replaced). Empty ones do not count.

    Raises:
        PayloadTooLargeError: more than 25 MB, which GitHub never sends.
        UnauthenticatedError: no secret configured, no signature, or one of another secret.
        UnsupportedMediaTypeError: neither JSON nor a form.
        InvalidRequestError: proved, and yet not what GitHub sends.

    Source: docs.github.com, "Validating webhook deliveries".
    """
    if len(body) > PAYLOAD_LIMIT_BYTES:
        raise PayloadTooLargeError(f"GitHub webhook: the body has {len(body)} bytes, at most 25 MB are read")
    given = {name.lower(): value for name, value in headers.items()}
    _prove(given.get("x-hub-signature-256", ""), body, secrets)
    delivery, event = given.get("x-github-delivery", ""), given.get("x-github-event", "")
    if event == "ping":
        return Ping(delivery)
    if event != "push":
        return Ignored(f"the event {event!r} is not used; only push is", delivery)
    return _push(_payload(given.get("content-type", ""), body), delivery)


def _prove(signature: str, body: bytes, secrets: Iterable[SecretText]) -> None:
    keys = [secret.reveal().encode() for secret in secrets if secret.reveal()]
    if not keys:
        raise UnauthenticatedError(
            "GitHub webhook: no secret is configured, so nobody can be trusted. Set the webhook secret"
        )
    if not signature:
        raise UnauthenticatedError(
            "GitHub webhook: has no X-Hub-Signature-256 header. Set the secret in the webhook's settings"
        )
    claimed = signature.encode("utf-8", "replace")
    matches = [hmac.compare_digest(_signed(key, body), claimed) for key in keys]
    if not any(matches):
        raise UnauthenticatedError(
            "GitHub webhook: X-Hub-Signature-256 was made with another secret. Compare both settings"
        )


def _signed(key: bytes, body: bytes) -> bytes:
    return b"sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest().encode()


def _payload(content_type: str, body: bytes) -> Mapping[str, Any]:
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "application/x-www-form-urlencoded":
        body = _form_field(body, b"payload")
    elif media_type != "application/json":
        raise UnsupportedMediaTypeError(
            f"GitHub webhook: content type {media_type!r} is not read. Choose application/json"
        )
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError("GitHub webhook: the payload is no JSON") from error
    if not isinstance(payload, dict):
        raise InvalidRequestError("GitHub webhook: the payload is no JSON object")
    return payload


def _form_field(body: bytes, name: bytes) -> bytes:
    for pair in body.split(b"&"):
        key, _, value = pair.partition(b"=")
        if key == name:
            return _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), value.replace(b"+", b" "))
    raise InvalidRequestError(f"GitHub webhook: the form has no field {name.decode()!r}")


def _push(payload: Mapping[str, Any], delivery: str) -> GitPush | Ignored:
    repository = payload.get("repository")
    if not isinstance(repository, dict):
        raise InvalidRequestError("GitHub webhook: push has no repository")
    ref = _text(payload, "ref")
    if not ref.startswith(("refs/heads/", "refs/tags/")):
        return Ignored(f"{ref!r} is neither a branch nor a tag", delivery)
    return GitPush(
        repo_url=without_userinfo(_text(repository, "clone_url")),
        ref=ref,
        before=_commit_id(payload, "before"),
        after=_commit_id(payload, "after"),
        default_branch=_text(repository, "default_branch"),
        changed_paths=_changed_paths(payload),
        delivery=delivery,
        trace=_trace(payload.get("commits")),
    )


def _trace(commits: object) -> str:
    listed = commits if isinstance(commits, list) else []
    messages = [str(each.get("message") or "") for each in listed if isinstance(each, dict)]
    traces = [trace for message in messages for trace in traces_in(message)]
    return traces[-1] if traces else ""


def _changed_paths(payload: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the files of all commits, or None where their union may be less than the true difference.

    A forced push takes commits away, which are not listed; a new or deleted ref has no "before"; an
    empty or full list says nothing about what is missing in it.
    """
    commits = payload.get("commits")
    whole = not payload.get("forced") and NO_COMMIT not in (payload["before"], payload["after"])
    if not whole or not isinstance(commits, list) or not 0 < len(commits) < _COMMITS_LIMIT:
        return None
    paths: set[str] = set()
    for commit in commits:
        files = _files(commit)
        if files is None:
            return None
        paths.update(files)
    return tuple(sorted(paths))


def _files(commit: object) -> list[str] | None:
    lists = (
        [commit.get(kind) for kind in ("added", "removed", "modified")] if isinstance(commit, dict) else []
    )
    if not lists or not all(isinstance(files, list) for files in lists):
        return None
    files = [str(path) for each in lists if each for path in each]
    return files if len(files) < _FILES_LIMIT else None


def _text(mapping: Mapping[str, Any], name: str) -> str:
    value = mapping.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidRequestError(f"GitHub webhook: push has no {name}")
    return value


def _commit_id(payload: Mapping[str, Any], name: str) -> str:
    value = _text(payload, name)
    if not _COMMIT.fullmatch(value):
        raise InvalidRequestError(f"GitHub webhook: {name} is no 40-digit commit id")
    return value
