"""`tidegate message`: what the queues gave up, by hand."""

from __future__ import annotations

import json

import pytest

from shared.domain.work.message import WorkKind, WorkMessage
from shared.domain.work.message_text import to_text
from shared.errors import InvalidRequestError
from tests.tidegate.worlds import Terminal

WORK = to_text(WorkMessage(WorkKind.RECONCILE, "argocd/shop", "x"))
HOSTILE = "\x1b[2Jevil\nlines"


@pytest.fixture
def given_up(shop: Terminal) -> Terminal:
    shop.world.record_poison("work", WORK)
    with pytest.raises(InvalidRequestError):
        shop.world.receive_event(HOSTILE)
    shop.world.record_poison("events", HOSTILE)
    return shop


def ids(terminal: Terminal, *words: str) -> list[str]:
    return terminal("message", "list", "-o", "name", *words).stdout.split()


def test_they_are_listed_with_the_reason(given_up: Terminal) -> None:
    lines = given_up("message", "list").stdout.splitlines()
    assert lines[0].split() == ["ID", "QUEUE", "LAST", "COUNT", "SUBJECT", "REASON"]
    assert any("argocd/shop" in line for line in lines)
    assert any("InvalidRequestError: Event message: is no JSON" in line for line in lines)
    assert len(ids(given_up, "--queue", "events")) == 1
    assert len(ids(given_up, "--subject", "argocd/")) == 1
    found = json.loads(given_up("message", "list", "--queue", "events", "-o", "json").stdout)
    assert found[0]["text"] == HOSTILE


def test_what_a_stranger_wrote_does_not_move_the_cursor(given_up: Terminal) -> None:
    (id,) = ids(given_up, "--queue", "events")
    for words in (("list", "-o", "wide"), ("get", id)):
        assert "\x1b" not in given_up("message", *words).stdout
    assert "evil" in given_up("message", "get", id).stdout
    assert json.loads(given_up("message", "get", id, "-o", "json").stdout)["count"] == 1


def test_one_is_retried(given_up: Terminal) -> None:
    (id,) = ids(given_up, "--queue", "work")
    assert given_up("message", "retry", id).stdout == f"Message '{id}' retried\n"
    assert given_up.world.queue.length() == 1
    assert given_up("message", "retry", id).exit_code == 3


def test_all_are_retried_and_one_that_cannot_be_keeps_no_other_from_it(given_up: Terminal) -> None:
    gone = to_text(WorkMessage(WorkKind.RECONCILE, "argocd/gone", "x"))
    given_up.world.record_poison("work", gone)
    done = given_up("message", "retry", "--all")
    assert (done.exit_code, done.stdout.count("retried")) == (3, 2)
    assert "argocd/gone is gone" in done.stderr
    assert len(ids(given_up)) == 1


def test_all_of_one_queue_are_retried(given_up: Terminal) -> None:
    assert given_up("message", "retry", "--all", "--queue", "events").exit_code == 0
    assert len(ids(given_up)) == len(ids(given_up, "--queue", "work")) == 1


def test_they_are_deleted_when_that_is_confirmed(given_up: Terminal) -> None:
    assert given_up("message", "delete", "--all", given="n\n").exit_code == 2
    assert len(ids(given_up)) == 2
    assert given_up("message", "delete", "--all", "-y").stdout.count("deleted") == 2
    assert ids(given_up) == []
    assert given_up("message", "delete", "--all").exit_code == 0


@pytest.mark.parametrize("words", [(), ("x", "--all"), ("x", "--queue", "work")])
@pytest.mark.parametrize("verb", ["retry", "delete"])
def test_either_names_or_all(given_up: Terminal, verb: str, words: tuple[str, ...]) -> None:
    assert given_up("message", verb, *words).exit_code == 2
