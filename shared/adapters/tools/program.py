"""A program file that can be started wherever it lies.

Azure mounts a package read-only, and some ways of deploying lose the executable bit of its files.
Source: Azure/azure-functions-host issue 6160 and Azure/Azure-Functions issue 2537.
"""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path
from tempfile import TemporaryDirectory


class Program:
    """`file` itself while it is executable, else a private copy that is. Safe to share between threads."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._folder: TemporaryDirectory[str] | None = None

    def path(self) -> Path:
        """Return what to start. Raises OSError when the file is missing or cannot be copied."""
        if os.access(self.file, os.X_OK):
            return self.file
        with self._lock:
            if self._folder is None:
                self._folder = _copied(self.file)
            return Path(self._folder.name, self.file.name)

    def close(self) -> None:
        """Delete the copy; a process that runs from it goes on. Safe to call twice."""
        with self._lock:
            folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()


def _copied(file: Path) -> TemporaryDirectory[str]:
    folder = TemporaryDirectory(prefix="tidegate-")  # nobody else may write into it
    try:
        copy = shutil.copyfile(file, Path(folder.name, file.name))
        copy.chmod(0o500)
    except OSError:
        folder.cleanup()
        raise
    return folder
