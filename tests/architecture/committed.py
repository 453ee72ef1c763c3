"""What Git would commit: tracked files, and new ones that are not ignored."""

from __future__ import annotations

import subprocess
from pathlib import Path

from bench.lines import ROOT


def committed_files() -> list[Path]:
    """Return the files that are tracked, or new and not ignored: paths relative to the root, in order."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted({Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()})
