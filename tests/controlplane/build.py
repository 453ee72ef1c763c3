"""Build the programs of the real control plane from Go modules, once a machine.

`python -m tests.controlplane.build` prints the folder they are in. The first build takes several minutes;
its result is kept under ~/.cache/tidegate/controlplane, in a folder named after everything it depends on.
Set KUBEBUILDER_ASSETS to take kube-apiserver, etcd and kubectl from there instead.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kubetools.build import CACHE, go_environment, go_program

KUBERNETES_VERSION = "v1.34.4"
_HERE = Path(__file__).parent
_FLAGS = f"-s -w -X k8s.io/component-base/version.gitVersion={KUBERNETES_VERSION}"


@dataclass(frozen=True, slots=True)
class Program:
    """A program and the Go module (a folder beside this file) that pins it."""

    name: str
    package: str
    module: str = "kubernetes"


PROGRAMS = (
    Program("etcd", "go.etcd.io/etcd/server/v3"),
    Program("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"),
    Program("kubectl", "k8s.io/kubernetes/cmd/kubectl"),
    Program("kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager"),
    Program("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler"),
    Program("kwok", "sigs.k8s.io/kwok/cmd/kwok", module="kwok"),
)
_FROM_ASSETS = ("kube-apiserver", "etcd", "kubectl")


def programs() -> Mapping[str, Path]:
    """Return the path of each program by name, building what is missing.

    Raises RuntimeError with the compiler's words when a build fails.
    """
    folder = CACHE / "controlplane" / _fingerprint() / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    found = {program.name: folder / program.name for program in PROGRAMS} | _assets()
    if not all(path.exists() for path in found.values()):
        with _alone(folder):
            _build_missing(found)
    return found


def _build_missing(found: Mapping[str, Path]) -> None:
    missing = [program for program in PROGRAMS if not found[program.name].exists()]
    for number, program in enumerate(missing, start=1):
        _say(f"control plane: building {program.name} ({number} of {len(missing)}), once for this machine")
        began = time.monotonic()
        _build(program, found[program.name])
        _say(f"control plane: {program.name} built in {time.monotonic() - began:.0f} s")


def _assets() -> dict[str, Path]:
    """The programs in KUBEBUILDER_ASSETS when all of them are there."""
    folder = os.environ.get("KUBEBUILDER_ASSETS")
    if not folder:
        return {}
    found = {name: Path(folder) / name for name in _FROM_ASSETS}
    missing = [name for name, path in found.items() if not path.exists()]
    if missing:
        _say(f"control plane: KUBEBUILDER_ASSETS={folder} has no {', '.join(missing)}; building instead")
        return {}
    return found


def _fingerprint() -> str:
    digest = hashlib.sha256(_go("version").encode() + _FLAGS.encode())
    for module in sorted({program.module for program in PROGRAMS}):
        for name in ("go.mod", "go.sum", "tools.go"):
            digest.update((_HERE / module / name).read_bytes())
    return digest.hexdigest()[:16]


def _build(program: Program, target: Path) -> None:
    """Build beside the target and rename: a build that was killed leaves nothing that looks finished."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        _go("build", "-mod=readonly", "-trimpath", "-ldflags", _FLAGS, "-o", str(unfinished), program.package,
            folder=_HERE / program.module)  # fmt: skip
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _go(*arguments: str, folder: Path = _HERE) -> str:
    done = subprocess.run(
        [go_program(), *arguments],
        cwd=folder,
        env=go_environment() | {"GOWORK": "off"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"go {arguments[0]} in {folder.name} failed:\n{done.stderr[-4000:]}")
    return done.stdout


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process build at a time: the others find it done."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    print(programs()["kube-apiserver"].parent)
