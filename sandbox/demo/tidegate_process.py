"""Tidegate itself, as its own process: `python -m host serve` on function_app.py."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 30.0
_STOP_SECONDS = 15.0


class TidegateProcess:
    """Starts, stops and kills the host. Its log goes to a file: one JSON object a line."""

    def __init__(self, settings: Mapping[str, str], log_path: Path) -> None:
        self._settings, self._log_path = settings, log_path
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> str:
        """Start and return the URL once it answers; RuntimeError has the end of the log if it dies."""
        ready = self._log_path.with_suffix(".ready")
        ready.unlink(missing_ok=True)
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
        with self._log_path.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 our own interpreter and module
                [sys.executable, "-m", "host", "serve", "--ready-file", str(ready)],
                cwd=_ROOT,
                env={**inherited, **self._settings},
                stdout=log,
                stderr=log,
            )
        self.url = self._wait(ready)
        return self.url

    def stop(self) -> int:
        """End it as Azure or a person would (SIGTERM) and return its exit status."""
        if self._process is None:
            return 0
        self._process.terminate()
        try:
            status = self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._process = None
        return status

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def log(self) -> str:
        return self._log_path.read_text() if self._log_path.exists() else ""

    def _wait(self, ready: Path) -> str:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if ready.exists():
                return ready.read_text().strip()
            if self._process is not None and self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError(f"Tidegate did not start:\n{self.log()[-2000:]}")
