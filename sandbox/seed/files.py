"""What the demo's Git server starts with, read from the files beside this one."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def helm_charts_files() -> dict[str, bytes]:
    """Return the first commit of https://github.com/my-org/helm-charts.git: path in the repository → bytes.

    Paths use `/` and come in order.
    """
    top = _HERE / "helm-charts"
    return {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file()
    }


def root_app() -> bytes:
    """Return the user's App of Apps, byte for byte."""
    return (_HERE / "root-app.yaml").read_bytes()
