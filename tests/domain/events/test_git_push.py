"""What a push carries through the queue."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from shared.domain.events.git_push import GitPush
from shared.errors import InvalidRequestError

PUSH = GitPush(
    repo_url="https://github.com/o/r.git",
    ref="refs/heads/main",
    before="a" * 40,
    after="b" * 40,
    default_branch="main",
    changed_paths=("apps/ä.yaml", "b"),
    delivery="d-1",
)


@pytest.mark.parametrize("paths", [("apps/ä.yaml", "b"), (), None])
def test_a_message_brings_the_push_back(paths: tuple[str, ...] | None) -> None:
    push = replace(PUSH, changed_paths=paths)
    assert GitPush.from_message(push.to_message()) == push


def test_a_long_list_of_paths_does_not_travel() -> None:
    short = replace(PUSH, changed_paths=tuple(f"f{n}" for n in range(200)))
    long = replace(PUSH, changed_paths=tuple(f"f{n}" for n in range(201)))
    assert GitPush.from_message(short.to_message()) == short
    assert GitPush.from_message(long.to_message()).changed_paths is None


def test_long_names_do_not_travel_either() -> None:
    push = replace(PUSH, changed_paths=tuple(f"{n}-{'x' * 4000}" for n in range(100)))
    assert GitPush.from_message(push.to_message()).changed_paths is None
    assert len(push.to_message().encode()) < 48_000


def test_a_name_that_is_no_text_travels_all_the_same() -> None:
    push = replace(PUSH, changed_paths=("\ud800.yaml",))
    assert GitPush.from_message(push.to_message().encode().decode()) == push


def test_zeros_tell_what_was_made_and_what_was_removed() -> None:
    assert not PUSH.created
    assert not PUSH.deleted
    assert replace(PUSH, before="0" * 40).created
    assert replace(PUSH, after="0" * 40).deleted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        "{}",
        json.dumps(json.loads(PUSH.to_message()) | {"v": 2}),
        json.dumps(json.loads(PUSH.to_message()) | {"kind": "image_push"}),
        json.dumps(json.loads(PUSH.to_message()) | {"ref": None}),
        json.dumps(json.loads(PUSH.to_message()) | {"changed_paths": "a"}),
    ],
)
def test_any_other_message_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="Event message"):
        GitPush.from_message(text)


def test_fields_that_a_newer_version_adds_do_no_harm() -> None:
    assert GitPush.from_message(json.dumps(json.loads(PUSH.to_message()) | {"more": 1})) == PUSH


def test_a_trace_goes_along_and_may_be_missing_in_messages_of_before() -> None:
    traced = replace(PUSH, trace="ab" * 16)
    assert GitPush.from_message(traced.to_message()) == traced
    fields = json.loads(PUSH.to_message())
    del fields["trace"]
    assert GitPush.from_message(json.dumps(fields)) == PUSH
