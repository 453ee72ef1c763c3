"""Azurite's program: `python -m tests.azurite.install` installs it and prints where."""

from __future__ import annotations

from pathlib import Path

from tests.npm_packages import installed_packages


def installed_azurite() -> Path:
    """Return Azurite's program, installed first when it is not. Raises SystemExit when npm fails."""
    return installed_packages(Path(__file__).parent, "azurite") / "azurite" / "dist" / "src" / "azurite.js"


if __name__ == "__main__":
    print(installed_azurite())
