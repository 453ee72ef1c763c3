"""What the demo's Git server starts with, read from the files beside this one."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
_SECRETS = ("cluster-secret-store.yaml", "external-secret.yaml")


def helm_charts_files() -> dict[str, bytes]:
    """Return the first commit of https://github.com/my-org/helm-charts.git: path in the repository → bytes.

    Paths use `/` and come in order. The user's two files of secrets lie in `secrets/`, byte for byte.
    """
    top = _HERE / "helm-charts"
    files = {path.relative_to(top).as_posix(): path for path in top.rglob("*") if path.is_file()}
    files |= {f"secrets/{name}": _HERE / name for name in _SECRETS}
    return {name: files[name].read_bytes() for name in sorted(files)}


def root_app() -> bytes:
    """Return the user's App of Apps, byte for byte."""
    return (_HERE / "root-app.yaml").read_bytes()
