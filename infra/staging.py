"""Fills a folder with exactly what runs in Azure: our code, its locked libraries, the page, kubetools."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
PYTHON_VERSION = (3, 11)  # the same as `runtime.version` in bicep/site.bicep
SOURCES = ("function_app.py", "functions", "shared", "host.json")
PAGE = Path("web/dist")  # where functions/web_ui.py looks for it
LIBRARIES = Path(".python_packages/lib/site-packages")  # where the platform looks for them
PROGRAM = Path("build/bin/kubetools")  # where shared/settings.py looks for it
HOME_IN_AZURE = "/home/site/wwwroot"
# Newest first: pip takes the first that a wheel has. Both run on the glibc of the platform's images
_PLATFORMS = ("manylinux_2_28_x86_64", "manylinux2014_x86_64")
# Written by pip about this machine and this minute; the metadata that libraries read stays
_TRACES = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
_X86_64 = 62
# A third of all bytecode, and only read where a kubeconfig is
_NO_BYTECODE = "/kubernetes/"


def stage(folder: Path, checkout: Path = CHECKOUT) -> None:
    """Fill the empty folder. Raises SystemExit with the way out when something is missing."""
    _copy_sources(checkout, folder)
    _copy_page(checkout / PAGE, folder / PAGE)
    _copy_program(checkout / PROGRAM, folder / PROGRAM)
    _install_libraries(checkout / "requirements.txt", folder / LIBRARIES)
    _compile_bytecode(folder)


def _copy_sources(checkout: Path, folder: Path) -> None:
    for name in SOURCES:
        source = checkout / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            shutil.copy(source, folder / name)


def _copy_page(page: Path, target: Path) -> None:
    if not (page / "index.html").exists():
        raise SystemExit(f"{page} is missing. Run `make web`")
    shutil.copytree(page, target, ignore=shutil.ignore_patterns(".*"))


def _copy_program(program: Path, target: Path) -> None:
    if not program.exists():
        raise SystemExit(f"{program} is missing. Run `make kubetools`")
    with program.open("rb") as file:
        head = file.read(20)
    # Source: the ELF header: magic in bytes 0 to 3, the machine in bytes 18 and 19
    if head[:4] != b"\x7fELF" or struct.unpack("<H", head[18:20])[0] != _X86_64:
        raise SystemExit(
            f"{program} is not for Linux on x86-64, where Azure runs it. Package on such a machine"
        )
    target.parent.mkdir(parents=True)
    shutil.copy(program, target)
    target.chmod(0o755)


def _install_libraries(lock: Path, target: Path) -> None:
    """Install the locked wheels for Azure's platform and Python, whatever this machine has."""
    platforms = [word for platform in _PLATFORMS for word in ("--platform", platform)]
    version = ".".join(map(str, PYTHON_VERSION))
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"),
        *("--require-hashes", "--only-binary", ":all:", "--no-compile", "--implementation", "cp"),
        *(*platforms, "--python-version", version, "--target", str(target), "--requirement", str(lock)),
    ]
    if subprocess.run(command, check=False).returncode:  # noqa: S603
        raise SystemExit(f"package: pip could not install {lock.name}, see above")
    shutil.rmtree(target / "bin", ignore_errors=True)  # scripts that name this machine's Python
    for trace in (path for name in _TRACES for path in target.glob(f"*.dist-info/{name}")):
        trace.unlink()


def _compile_bytecode(folder: Path) -> None:
    """Compile now what each cold start would compile anew: the platform mounts the package read-only.

    Valid whatever times the platform gives the files, because it is not checked against the sources.
    """
    if sys.version_info[:2] != PYTHON_VERSION:
        wanted, ours = (".".join(map(str, version)) for version in (PYTHON_VERSION, sys.version_info[:2]))
        raise SystemExit(
            f"package: Azure runs Python {wanted}, not {ours}. Say: make clean package PYTHON=python{wanted}"
        )
    command = [
        *(sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"),
        *("-s", str(folder), "-p", HOME_IN_AZURE, "-x", _NO_BYTECODE, str(folder)),
    ]
    # a fixed seed: the order of constants in bytecode follows it
    if subprocess.run(command, env={"PYTHONHASHSEED": "0"}, check=False).returncode:  # noqa: S603
        raise SystemExit("package: a file cannot be compiled, see above")
