"""A folder → a zip that depends on nothing but the folder's contents, and its sizes by part."""

from __future__ import annotations

import os
import stat
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from infra.staging import LIBRARIES, PROGRAM

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can tell
_UNIX = 3
_LIBRARIES = LIBRARIES.as_posix() + "/"


@dataclass(slots=True)
class Part:
    """Files of one kind in a zip; sizes in bytes."""

    name: str
    files: int = 0
    unpacked: int = 0
    zipped: int = 0


def write_archive(folder: Path, archive: Path) -> None:
    """Write all files of the folder, sorted, with fixed times, and modes 0644 or 0755. Replaces the file."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    unfinished = archive.with_name(f".{archive.name}-{os.getpid()}")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as opened:
        for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in _files(folder)):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            mode = 0o755 if name == PROGRAM.as_posix() else 0o644
            entry.external_attr = (stat.S_IFREG | mode) << 16
            entry.create_system = _UNIX
            opened.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=9)
    unfinished.replace(archive)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def unpack(archive: Path, folder: Path) -> None:
    """Unpack with the modes of the entries, which `zipfile` leaves out."""
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            path = Path(opened.extract(entry, folder))
            path.chmod(entry.external_attr >> 16 & 0o777)


def parts_of(archive: Path) -> list[Part]:
    """The largest part first."""
    parts: defaultdict[str, Part] = defaultdict(lambda: Part(""))
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            name = _part(entry.filename)
            part = parts[name]
            part.name = name
            part.files += 1
            part.unpacked += entry.file_size
            part.zipped += entry.compress_size
    return sorted(parts.values(), key=lambda part: (-part.zipped, part.name))


def _part(name: str) -> str:
    if name.endswith(".pyc"):
        return "bytecode"
    if name == PROGRAM.as_posix():
        return "kubetools"
    if not name.startswith(_LIBRARIES):
        return "Tidegate"
    first = PurePosixPath(name.removeprefix(_LIBRARIES)).parts[0]
    if first.endswith((".dist-info", ".py", ".so")):
        return "libraries: metadata and single files"
    return f"library {first.removesuffix('.libs')}"
