"""Tables in docs/ that repeat what the code says repeat all of it and nothing else; links lead somewhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bench.lines import ROOT, python_modules
from tests.architecture.committed import committed_files

PAGES = [path for path in committed_files() if path.suffix == ".md" and path.parts[0] != "sandbox"]
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([\w-]+))?\)")


def test_the_page_of_settings_names_every_variable() -> None:
    sources = [path.read_text() for path in python_modules(("functions", "shared", "host"))]
    read = {name for text in sources for name in re.findall(r'["%](TIDEGATE_[A-Z_]+)["%]', text)}
    named = re.findall(
        r"^\| `(TIDEGATE_[A-Z_]+)` \|", (ROOT / "docs/reference/settings.md").read_text(), re.M
    )
    assert sorted(named) == sorted(read)


def test_the_table_of_ports_has_their_methods() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([\w, ]*) \|", (ROOT / "docs/architecture.md").read_text(), re.M)
    assert {name: methods.split(", ") for name, methods in rows} == {
        path.stem: methods_of(path)
        for path in (ROOT / "shared/ports").glob("*.py")
        if path.stem != "__init__"
    }


def methods_of(path: Path) -> list[str]:
    classes = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]
    (port,) = [
        c for c in classes if any(isinstance(base, ast.Name) and base.id == "Protocol" for base in c.bases)
    ]
    return [node.name for node in port.body if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_link_leads_to_a_file_and_a_heading_that_exist(page: Path) -> None:
    broken = []
    for target, anchor in LINK.findall((ROOT / page).read_text()):
        file = ROOT / page.parent / target if target else ROOT / page
        if not file.exists() or (anchor and anchor not in anchors_of(file)):
            broken.append(f"{target}#{anchor}")
    assert broken == []


def anchors_of(page: Path) -> set[str]:
    """Headings as GitHub turns them into anchors."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_decision_record_is_listed() -> None:
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (ROOT / "docs/adr/README.md").read_text())
    assert listed == sorted(path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md"))


def test_every_make_target_has_its_help() -> None:
    text = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.M).group(1).split())  # type: ignore[union-attr]
    assert set(re.findall(r"^([a-z-]+):.*? ## \S", text, re.M)) == phony
