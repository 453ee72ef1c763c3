"""The note of where the control URL is, for commands that are typed without saying it."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import requests

_TIMEOUT_SECONDS = 2


def note_path(environment: Mapping[str, str]) -> Path:
    """Beside the contexts of the command line, which looks for it there."""
    if contexts := environment.get("TIDEGATE_CONFIG"):
        return Path(contexts).with_name("sandbox.json")
    folder = environment.get("XDG_CONFIG_HOME")
    return (Path(folder) if folder else Path.home() / ".config") / "tidegate" / "sandbox.json"


@contextlib.contextmanager
def noted(path: Path, url: str) -> Iterator[bool]:
    """Keep the note, mode 0600, while this runs; yields False where another demo's stays or none can be."""
    if _runs(_control(path)) or not _write(path, url):
        yield False
        return
    try:
        yield True
    finally:
        if _control(path) == url:
            path.unlink(missing_ok=True)


def _control(path: Path) -> str:
    """What the note says, "" where there is none that can be read."""
    try:
        return str(json.loads(path.read_bytes())["control"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _runs(url: str) -> bool:
    """A demo that was killed leaves its note behind."""
    try:
        return bool(url) and requests.get(url, timeout=_TIMEOUT_SECONDS).json()["sandbox"] == "tidegate"
    except (requests.RequestException, KeyError, TypeError):
        return False


def _write(path: Path, url: str) -> bool:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=".sandbox-")  # mode 0600
        with os.fdopen(number, "w") as file:
            json.dump({"control": url}, file)
        Path(name).replace(path)
    except OSError:
        return False
    return True
