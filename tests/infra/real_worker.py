"""Microsoft's worker logic, fetched once by its hash, and asked in a process of its own."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.lines import ROOT

_LOCK = Path(__file__).with_name("requirements-worker.txt")
_DRIVER = Path(__file__).with_name("worker_driver.py")
_CACHE = Path.home() / ".cache" / "tidegate" / "worker"


def installed_worker() -> Path:
    """Return the folder of the locked worker, installed when it is not yet."""
    folder = _CACHE / hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:16]
    _CACHE.mkdir(parents=True, exist_ok=True)
    with (_CACHE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=_CACHE) as scratch:
                _install(Path(scratch, "new"))
                Path(scratch, "new").rename(folder)
    return folder


def _install(folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run(
        [
            *pip,
            *("--no-deps", "--ignore-requires-python", "--require-hashes"),
            *("--target", str(folder), "-r", str(_LOCK)),
        ],
        check=True,
    )


def ask_worker(
    *words: str, path: Sequence[Path] = (), environment: Mapping[str, str] | None = None, bare: bool = False
) -> Any:
    """Run the driver with these words and return its answer.

    `path` comes before the worker's folder. `bare` leaves out this environment's own libraries.
    """
    flags = ["-S"] if bare else []
    done = subprocess.run(
        [sys.executable, *flags, str(_DRIVER), *words],
        cwd=path[0] if path else ROOT,
        env={
            "PATH": "",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.pathsep.join(map(str, (*path, installed_worker()))),
            **(environment or {}),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])["result"]
