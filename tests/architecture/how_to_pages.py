"""The pages of the documentation, taken apart: fenced blocks and spans of code."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.lines import ROOT
from tests.architecture.committed import committed_files

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_GENERATED = {Path("docs/reference/cli.md")}
_REDIRECTION = {">", ">>", "<"}


@dataclass(frozen=True, slots=True)
class Page:
    """`text` is the whole file; `path` is from the root of the repository."""

    path: Path
    text: str

    def blocks(self, *languages: str) -> list[str]:
        """The fenced blocks of these languages ("" for none), without their indentation."""
        found = (match.group(2, 3) for match in _FENCE.finditer(self.text))
        return [textwrap.dedent(body) for language, body in found if language in languages]

    @property
    def prose(self) -> str:
        return _FENCE.sub("", self.text)

    def spans(self) -> list[str]:
        return _SPAN.findall(self.prose)


def pages() -> list[Page]:
    """README and everything below docs/ that is not written by a program."""
    paths = [path for path in committed_files() if path.suffix == ".md" and path not in _GENERATED]
    return [
        Page(path, (ROOT / path).read_text())
        for path in paths
        if path.parts[0] == "docs" or path == Path("README.md")
    ]


def page(name: str) -> Page:
    """One of docs/how-to."""
    (found,) = [each for each in pages() if each.path == Path("docs/how-to") / name]
    return found


def typed(block: str, program: str) -> Iterator[list[str]]:
    """The words after `program` of each command line in a block, without comments and redirections."""
    for line in block.replace("\\\n", " ").splitlines():
        if program not in line:
            continue
        command: list[str] = []
        for word in [*shlex.split(line, comments=True), "|"]:
            if word in {"|", "&&", ";"}:
                if command[:1] == [program]:
                    yield _without_redirections(command[1:])
                command = []
            else:
                command.append(word)


def _without_redirections(words: list[str]) -> list[str]:
    kept, skip = [], False
    for word in words:
        if skip or word in _REDIRECTION:
            skip = word in _REDIRECTION
            continue
        kept.append(word)
    return kept
