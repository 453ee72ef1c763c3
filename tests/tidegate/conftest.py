"""What the tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tidegate.worlds import Terminal, healthy_terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """Logged in, with no application."""
    return Terminal(tmp_path).log_in()


@pytest.fixture
def shop(tmp_path: Path) -> Terminal:
    """Logged in, with the application `shop` Synced and Healthy."""
    return healthy_terminal(tmp_path)
