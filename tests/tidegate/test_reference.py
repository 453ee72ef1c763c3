"""docs/reference/cli.md says what the commands say."""

from __future__ import annotations

import re

from bench.lines import ROOT
from tidegate.failures import ARGOCD_FAILURE, Exit
from tidegate.reference import page


def test_the_page_of_commands_is_what_help_says() -> None:
    """Write it anew: python -m tidegate.reference > docs/reference/cli.md."""
    assert (ROOT / "docs/reference/cli.md").read_text() == page()


def test_the_page_names_every_exit_status() -> None:
    named = [int(number) for number in re.findall(r"^\| (\d+) \|", page(), re.MULTILINE)]
    assert named == [*Exit, ARGOCD_FAILURE]


def test_the_page_names_every_variable_that_is_read() -> None:
    read = set(re.findall(r'get\("([A-Z_]+)"', (ROOT / "tidegate/environment.py").read_text()))
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", page()))
    assert read - named == {"XDG_CONFIG_HOME"}
