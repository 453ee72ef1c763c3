"""Who changed what: appended, in the order of time."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlencode

from tests.services.worlds import engine


def test_entries_come_in_the_order_of_time_also_within_a_second() -> None:
    world = engine()
    for number, step in enumerate((0, 1, 500_000, 999_999, 1_000_000)):
        world.clock.advance(timedelta(microseconds=step))
        world.audit("alice", "application.sync", f"argocd/shop-{number}", "detail")
    entries, token = world.audit.entries()
    assert [entry.subject for entry in entries] == [f"argocd/shop-{number}" for number in range(5)]
    assert (entries[0].who, entries[0].what, entries[0].detail) == ("alice", "application.sync", "detail")
    assert entries[-1].at == world.clock.now()
    assert token == ""


def test_two_at_the_same_moment_are_both_kept() -> None:
    world = engine()
    world.audit("alice", "application.sync", "argocd/shop")
    world.audit("bob", "application.sync", "argocd/shop")
    assert {entry.who for entry in world.audit.entries()[0]} == {"alice", "bob"}


def test_the_token_of_a_page_survives_a_url_even_when_nobody_quotes_it() -> None:
    world = engine()
    for _ in range(3):
        world.audit("alice", "application.sync", "argocd/shop")
    first, token = world.audit.entries(limit=2)
    assert parse_qs(f"continue={token}")["continue"] == [token]
    assert urlencode({"continue": token}).removeprefix("continue=").replace("%3A", ":") == token
    rest, end = world.audit.entries(limit=2, token=token)
    assert (len(first), len(rest), end) == (2, 1, "")
