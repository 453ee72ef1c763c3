"""The envelope of the work queue as text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.domain.work.message import WorkKind, WorkMessage
from shared.domain.work.message_text import from_text, to_text
from shared.errors import InvalidRequestError

MESSAGE = WorkMessage(WorkKind.RECONCILE, "argocd/shop", "t1", "00-" + "a" * 32 + "-" + "b" * 16 + "-01")


def text(**changes: Any) -> str:
    return json.dumps({**json.loads(to_text(MESSAGE)), **changes})


@pytest.mark.parametrize("message", [MESSAGE, WorkMessage(WorkKind.RECONCILE, "kubé/ショップ", "", "")])
def test_what_is_written_is_read(message: WorkMessage) -> None:
    assert from_text(to_text(message)) == message


def test_the_envelope_names_five_things() -> None:
    assert json.loads(to_text(MESSAGE)) == {
        "v": 1,
        "kind": "reconcile",
        "subject": "argocd/shop",
        "token": "t1",
        "traceparent": MESSAGE.traceparent,
    }


def test_a_message_without_trace_and_one_that_says_more_are_read() -> None:
    assert from_text(text(later="field")) == MESSAGE
    short = json.dumps({"v": 1, "kind": "reconcile", "subject": "argocd/shop", "token": "t"})
    assert from_text(short) == WorkMessage(WorkKind.RECONCILE, "argocd/shop", "t")


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "no json",
        "null",
        "[]",
        "7",
        '"text"',
        "{}",
        text(kind="dance"),
        text(kind=None),
        text(subject=None),
        text(subject=7),
        text(token=None),
        text(token={}),
        text(traceparent=None),
        json.dumps({"v": 1, "kind": "reconcile", "subject": "a/b"}),
    ],
)
def test_anything_else_is_refused(broken: str) -> None:
    with pytest.raises(InvalidRequestError, match="Work message"):
        from_text(broken)


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_version_is_refused_by_its_name(version: object) -> None:
    with pytest.raises(InvalidRequestError, match=f"version {version!r} is not 1"):
        from_text(text(v=version))
