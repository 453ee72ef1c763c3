"""docs/architecture.md and the folders say the same."""

from __future__ import annotations

import re

from bench.lines import ROOT
from tests.architecture.committed import committed_files

# How many folders deep a part of the house is split into rooms; 1 where it is not named here
DEPTH = {
    "shared": 3,
    "functions": 2,
    "host": 2,
    "sandbox": 2,
    "kubetools": 2,
    "tests": 2,
    "docs": 2,
    "infra": 2,
}
ROOM_ROW = re.compile(r"^\| `([\w./-]+)/` \|", re.MULTILINE)


def rooms_on_disk() -> set[str]:
    rooms = set()
    for path in committed_files():
        folders = path.parts[:-1]
        if folders and not folders[0].startswith("."):
            deepest = min(len(folders), DEPTH.get(folders[0], 1))
            rooms |= {"/".join(folders[: depth + 1]) for depth in range(deepest)}
    return rooms


def test_the_architecture_page_names_every_room_and_no_other() -> None:
    named = ROOM_ROW.findall((ROOT / "docs/architecture.md").read_text())
    assert set(named) - rooms_on_disk() == set(), "named, but no such folder"
    assert rooms_on_disk() - set(named) == set(), "a folder without its line in docs/architecture.md"
    assert len(named) == len(set(named))
