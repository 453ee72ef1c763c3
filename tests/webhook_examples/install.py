"""The examples of GitHub's webhooks: `python -m tests.webhook_examples.install` installs them."""

from __future__ import annotations

from pathlib import Path

from tests.npm_packages import installed_packages


def installed_examples() -> Path:
    """Return the package's folder, installed first when it is not. Raises SystemExit when npm fails."""
    packages = installed_packages(Path(__file__).parent, "webhook-examples")
    return packages / "@octokit" / "webhooks-examples"


if __name__ == "__main__":
    print(installed_examples())
