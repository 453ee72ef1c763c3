"""Finds Chromium, or has Debian install it: `python -m tests.web.chromium`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PACKAGES = ("chromium", "fonts-dejavu-core")
_INSTALL_SECONDS = 600
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-extensions"),
    *("--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio"),
)


class NoBrowserError(RuntimeError):
    """There is no Chromium, and it could not be installed; says what was tried."""


def chromium_program() -> Path:
    """Return Chromium, installed first when it is not there. Raises NoBrowserError with the way out."""
    found = _found()
    if found is None:
        _install()
        found = _found()
    if found is None:
        raise NoBrowserError("apt-get installed chromium, but there is no chromium in PATH")
    return found


def _found() -> Path | None:
    return next((Path(path) for name in _NAMES if (path := shutil.which(name))), None)


def _install() -> None:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise NoBrowserError(
            "The tests of the page need Chromium, which is not in PATH, and only root with apt-get can "
            "install it. Say: sudo apt-get install chromium"
        )
    print("==> installing Chromium from Debian (once, about a minute)", file=sys.stderr, flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *_PACKAGES]):
        try:
            done = subprocess.run([apt, *words], check=False, timeout=_INSTALL_SECONDS, **quiet)  # type: ignore[call-overload]
        except subprocess.TimeoutExpired as error:
            raise NoBrowserError(f"apt-get {words[0]} did not end in {_INSTALL_SECONDS} seconds") from error
        if done.returncode:
            raise NoBrowserError(f"apt-get {' '.join(words)} failed with {done.returncode}. Run it by hand")


if __name__ == "__main__":
    print(chromium_program())
