"""A change as people read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.record.change_trace import ChangeKind, ChangeTrace
from shared.domain.record.stage_clock import StageClock
from shared.domain.record.traced_step import TracedStep
from shared.domain.source.checkout import CommitMetadata
from shared.domain.views.trace_view import (
    application_step,
    cause_view,
    secret_step,
    trace_summary,
)

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
TRACE, COMMIT = "a" * 32, "c0ffee0" + "0" * 33
REPO = "https://github.com/my-org/shop.git"
IMAGE = ChangeTrace(
    trace=TRACE,
    kind=ChangeKind.IMAGE,
    source="registry webhook",
    received=NOW,
    name="myacr.azurecr.io/shop",
    version="1.1.0",
    event="event-1",
    at=NOW - timedelta(seconds=2),
    digest="sha256:ab",
)
WRITTEN = IMAGE.with_choice(NOW + timedelta(seconds=1)).with_commit(
    REPO, COMMIT, TRACE, NOW + timedelta(seconds=2)
)
PUSH = replace(
    IMAGE, kind=ChangeKind.PUSH, name=REPO, version="refs/heads/main", repo_url=REPO, commit=COMMIT, at=None
)
AUTHOR = CommitMetadata(COMMIT, "Alice <alice@example.com>", "2026-01-01T11:00:00Z", "Fix the shop")


def names(step: dict[str, Any]) -> list[tuple[str, float | None]]:
    return [(stage["name"], stage["seconds"]) for stage in step["stages"]]


def test_an_image_is_followed_from_the_registry_to_the_pods() -> None:
    clock = StageClock(TRACE, received=NOW + timedelta(seconds=3), resolved=NOW + timedelta(seconds=4))
    step = application_step(WRITTEN, TracedStep(TRACE, "application/argocd/shop", clock), current=True)
    assert names(step) == [
        ("image pushed", None),
        ("event received", 2.0),
        ("tag chosen", 1.0),
        ("committed", 1.0),
        ("received", 1.0),
        ("resolved", 1.0),
    ]
    assert (step["namespace"], step["name"], step["current"]) == ("argocd", "shop", True)


def test_a_push_that_was_faster_than_our_own_note_took_no_time() -> None:
    clock = StageClock(TRACE, received=NOW + timedelta(seconds=1.5))
    step = application_step(WRITTEN, TracedStep(TRACE, "application/argocd/shop", clock), current=True)
    assert names(step)[-1] == ("received", 0.0)


def test_a_push_begins_where_the_application_hears_of_it() -> None:
    step = TracedStep(TRACE, "application/argocd/shop", StageClock(TRACE, received=NOW))
    assert names(application_step(PUSH, step, current=False)) == [("received", None)]


def test_a_secret_is_followed_to_the_cluster() -> None:
    change = replace(IMAGE, kind=ChangeKind.SECRET, name="https://kv.vault.azure.net", version="api-key")
    step = TracedStep(
        TRACE,
        "secret/uid/shop/keys",
        phase="SecretSynced",
        received=NOW,
        refreshed=NOW + timedelta(seconds=3),
    )
    shown = secret_step(change, step)
    assert names(shown) == [
        ("secret changed", None),
        ("event received", 2.0),
        ("received", 0.0),
        ("refreshed", 3.0),
    ]
    assert (shown["namespace"], shown["name"], shown["reason"]) == ("shop", "keys", "SecretSynced")
    assert cause_view(change)["secret"] == {"vault": "https://kv.vault.azure.net", "name": "api-key"}


def test_the_cause_says_who_told_and_what_came_of_it() -> None:
    cause = cause_view(WRITTEN, AUTHOR)
    assert (cause["kind"], cause["source"], cause["event"]) == ("image", "registry webhook", "event-1")
    assert cause["image"] == {"name": "myacr.azurecr.io/shop", "tag": "1.1.0", "digest": "sha256:ab"}
    assert cause["commit"] == {
        "repoURL": REPO,
        "revision": COMMIT,
        "author": "Alice <alice@example.com>",
        "date": "2026-01-01T11:00:00Z",
        "message": "Fix the shop",
    }
    assert cause["at"] == "2026-01-01T11:59:58+00:00"


def test_who_pushed_is_who_did_it_and_a_commit_that_cannot_be_had_is_named_only() -> None:
    assert cause_view(PUSH, AUTHOR)["by"] == "Alice <alice@example.com>"
    assert cause_view(WRITTEN, AUTHOR)["by"] == ""
    assert cause_view(PUSH)["commit"] == {"repoURL": REPO, "revision": COMMIT}


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (IMAGE, "image myacr.azurecr.io/shop:1.1.0 was pushed"),
        (PUSH, f"push of c0ffee0 to main of {REPO}"),
        (replace(PUSH, commit="", version="refs/tags/v1"), f"push of nothing to v1 of {REPO}"),
        (
            replace(IMAGE, kind=ChangeKind.REQUEST, by="alice", name="argocd/shop", version=""),
            "alice asked for a sync of argocd/shop",
        ),
        (
            replace(IMAGE, kind=ChangeKind.REQUEST, by="alice", name="argocd/shop", version="rollback"),
            "alice asked for a rollback of argocd/shop",
        ),
        (
            replace(IMAGE, kind=ChangeKind.APPLICATION, name="argocd/shop"),
            "application argocd/shop is new or was changed",
        ),
        (
            replace(IMAGE, kind=ChangeKind.SECRET, name="https://kv", version="key"),
            "secret key of https://kv has a new version",
        ),
    ],
)
def test_each_cause_is_a_sentence(change: ChangeTrace, text: str) -> None:
    assert trace_summary(change)["cause"]["text"] == text
