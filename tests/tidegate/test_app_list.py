"""Lists: tables for people, other forms for programs, filters and pages."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.services.worlds import application
from tests.tidegate.worlds import Terminal


def add(terminal: Terminal, name: str, team: str = "a", **spec: object) -> None:
    manifest = application(name, path="shop", policy={}, **spec)
    manifest["metadata"]["labels"] = {"team": team}
    terminal.world.add(manifest)


@pytest.fixture
def several(shop: Terminal) -> Terminal:
    """`shop` is Synced; `a` is OutOfSync, `b` of a project that there is not yet."""
    add(shop, "b", project="web", destination={"name": "in-cluster", "namespace": "third"})
    add(shop, "a", team="b", destination={"name": "in-cluster", "namespace": "other"})
    shop.world.run_for(5)
    return shop


def names(terminal: Terminal, *words: str) -> list[str]:
    done = terminal("app", "list", "-o", "name", *words)
    assert done.exit_code == 0, done.stderr
    return done.stdout.split()


def test_a_table_has_a_line_an_application(several: Terminal) -> None:
    lines = several("app", "list").stdout.splitlines()
    assert lines[0].split() == [
        *("NAME", "CLUSTER", "NAMESPACE", "PROJECT", "STATUS", "HEALTH", "SYNCPOLICY", "CONDITIONS")
    ]
    assert [line.split()[0] for line in lines[1:]] == ["a", "b", "shop"]
    assert lines[3].split()[1:] == [
        *("https://kubernetes.default.svc", "shop", "default", "Synced", "Healthy", "Auto-Prune", "<none>")
    ]
    assert "Manual" in lines[1]


def test_wide_adds_where_it_comes_from(several: Terminal) -> None:
    line = several("app", "list", "-o", "wide").stdout.splitlines()[3]
    assert line.split()[-3:] == ["https://github.com/my-org/shop.git", "shop", "main"]


def test_json_and_yaml_hold_the_whole_applications(several: Terminal) -> None:
    found = json.loads(several("app", "list", "-o", "json").stdout)
    assert [each["metadata"]["name"] for each in found] == ["a", "b", "shop"]
    assert "history" in found[2]["status"]
    assert yaml.safe_load(several("app", "list", "-o", "yaml").stdout)[1]["spec"] == found[1]["spec"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("-p", "web"), ["b"]),
        (("-p", "web", "--project", "default"), ["a", "b", "shop"]),
        (("-l", "team=b"), ["a"]),
        (("--sync", "synced"), ["shop"]),
        (("--sync", "OutOfSync"), ["a"]),
        (("--sync", "OutOfSync", "--sync", "unknown"), ["a", "b"]),
        (("--health", "healthy"), ["shop"]),
        (("--cluster", "in-cluster"), ["a", "b", "shop"]),
        (("-N", "team-x"), []),
        (("--repo", "https://github.com/my-org/none.git"), []),
        (("--search", "HO", "--sync", "Synced"), ["shop"]),
    ],
)
def test_filters(several: Terminal, words: tuple[str, ...], found: list[str]) -> None:
    assert names(several, *words) == found


def test_a_state_that_there_is_not_is_wrong_usage(several: Terminal) -> None:
    assert several("app", "list", "--health", "great").exit_code == 2


def test_a_limit_says_how_many_more_there_are(several: Terminal) -> None:
    done = several("app", "list", "--limit", "1", "-o", "name")
    assert (done.stdout, done.stderr) == ("a\n", "2 more\n")


def test_pages_are_put_together(shop: Terminal) -> None:
    for number in range(520):
        add(shop, f"app-{number:03}")
    shop.transport.sent.clear()
    found = names(shop)
    assert len(found) == len(set(found)) == 521
    assert len(shop.transport.sent) == 2


def test_a_table_asks_the_server_for_no_more_than_it_shows(several: Terminal) -> None:
    several("app", "list")
    assert "fields=items.metadata.name" in several.transport.sent[-1][1]


def test_nothing_is_an_empty_table(terminal: Terminal) -> None:
    assert terminal("app", "list").stdout.splitlines() == [
        "NAME  CLUSTER  NAMESPACE  PROJECT  STATUS  HEALTH  SYNCPOLICY  CONDITIONS"
    ]
    assert terminal("app", "list", "-o", "json").stdout == "[]\n"


def test_colours_are_for_terminals_unless_asked_for(several: Terminal) -> None:
    assert "\x1b[" not in several("app", "list").stdout
    coloured = several("--color", "always", "app", "list").stdout
    assert "\x1b[32mSynced\x1b[0m" in coloured
    assert "\x1b[33mOutOfSync\x1b[0m" in coloured
