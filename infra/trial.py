"""Runs an unpacked package as Azure would: its own libraries alone, nothing written beside its code.

The interpreter starts without site-packages (`-S`), so that a library missing in the package is missing here,
too. Only the host is lent from the checkout, with the one library that it needs for itself.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Timer
from urllib.parse import urlsplit

from infra.staging import CHECKOUT, LIBRARIES, PROGRAM

_LENT_LIBRARY = "cronsim"  # the host reads timer schedules with it
_SECONDS = 60.0
_READY = "Tidegate is ready: "
_IMPORT_ALL = """
import importlib, pkgutil
names = ["function_app"]
for top in ("functions", "shared"):
    names += [found.name for found in pkgutil.walk_packages([top], f"{top}.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""
_CPU = """
import time
start = time.process_time()
import azure.functions
before = time.process_time()
import function_app
print(round((before - start) * 1000), round((time.process_time() - before) * 1000, 1))
"""
_RENDER = """
from contextlib import closing
from shared.adapters.tools.manifest_tool import KubetoolsManifestTool
from shared.settings import load_settings
with closing(KubetoolsManifestTool(load_settings({}).kubetools)) as tool:
    (document,) = tool.yaml(b"kind: Probe\\nmetadata: {name: package}\\n")
    print(document["kind"], document["metadata"]["name"])
"""


def try_package(package: Path, scratch: Path) -> Iterator[str]:
    """Yield a line for each thing that worked. Raises SystemExit with what did not."""
    scratch.mkdir()
    environment = _environment(package, _lent_host(package, scratch), scratch)
    before = _files(package)
    yield f"{_python(package, environment, _IMPORT_ALL)} modules import with the package's own libraries"
    sdk, own = _python(package, environment, _CPU).split()
    yield f"import CPU: azure.functions {sdk} ms, function_app {own} ms on top"
    yield f"kubetools beside the code read {_python(package, environment, _RENDER)!r}"
    (package / PROGRAM).chmod(0o444)
    yield f"and without its executable bit {_python(package, environment, _RENDER)!r}"
    with _serving(package, environment) as url:
        for path in ("/healthz", "/api/version"):
            yield f"GET {path} → 200 {_get(url, path)}"
    if written := _files(package) - before:
        raise SystemExit(
            f"package: it wrote beside its code, which is read-only in Azure: {sorted(written)[:5]}"
        )


def _lent_host(package: Path, scratch: Path) -> Path:
    """The host with the package's host.json beside it, where it looks for one."""
    lent = scratch / "lent"
    shutil.copytree(CHECKOUT / "host", lent / "host", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(package / "host.json", lent / "host.json")
    found = importlib.util.find_spec(_LENT_LIBRARY)
    if found is None or found.origin is None:
        raise SystemExit(f"package: {_LENT_LIBRARY} is not installed. Run `make install`")
    (lent / _LENT_LIBRARY).symlink_to(Path(found.origin).parent)
    return lent


def _environment(package: Path, lent: Path, scratch: Path) -> dict[str, str]:
    return {
        "HOME": str(scratch),
        "TIDEGATE_HOME": str(scratch / "home"),
        "PYTHONPATH": os.pathsep.join(map(str, (package, package / LIBRARIES, lent))),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _python(package: Path, environment: Mapping[str, str], code: str) -> str:
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(  # noqa: S603
        command, cwd=package, env=environment, capture_output=True, text=True, check=False, timeout=_SECONDS
    )
    if done.returncode:
        raise SystemExit(f"package: it does not work from its unpacked folder:\n{done.stderr.strip()}")
    return done.stdout.strip()


@contextmanager
def _serving(package: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Run the host, which ends itself with SIGTERM; it is killed when that takes too long."""
    command = [sys.executable, "-S", "-m", "host", "serve"]
    with subprocess.Popen(  # noqa: S603
        command, cwd=package, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        timer = Timer(_SECONDS, process.kill)
        timer.start()
        try:
            yield _url(process)
        finally:
            process.terminate()
            process.communicate()
            timer.cancel()


def _url(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line.startswith(_READY):
        process.kill()
        raise SystemExit(
            f"package: the host does not start with it:\n{line}{process.communicate()[1].strip()}"
        )
    return line.removeprefix(_READY).strip()


def _get(url: str, path: str) -> str:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    if answer.status != 200:  # noqa: PLR2004
        raise SystemExit(f"package: GET {path} answers {answer.status} {text}")
    return json.dumps(json.loads(text)) if text.startswith("{") else text


def _files(package: Path) -> set[str]:
    return {path.relative_to(package).as_posix() for path in package.rglob("*")}
