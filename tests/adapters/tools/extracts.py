"""Writes the extract of a commit from a dict of files, with Git's own object ids."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.domain.source.checkout import Checkout


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    target: str


@dataclass(frozen=True)
class Submodule:
    """Another repository, mounted."""

    commit: str = "c" * 40


File = str | bytes | Link | Submodule
Folder = dict[str, "File | Folder"]


def write_extract(
    objects: Path, files: Mapping[str, File], repo_url: str = "https://git.example/shop"
) -> Checkout:
    """Return the checkout of a commit that holds `files`, by path from the root."""
    root: Folder = {}
    for path, content in files.items():
        *folders, name = path.split("/")
        place = root
        for folder in folders:
            inner = place.setdefault(folder, {})
            assert isinstance(inner, dict)
            place = inner
        place[name] = content
    tree = _tree(objects, root)
    return Checkout(
        repo_url, commit=hashlib.sha1(tree.encode()).hexdigest(), tree=tree, objects_dir=str(objects)
    )


def blob_id(content: str) -> str:
    """Return the id that Git gives to a file's content."""
    return _identify("blob", content.encode())


def _tree(objects: Path, folder: Folder) -> str:
    entries = {name: _entry(objects, content) for name, content in folder.items()}
    ordered = sorted(entries, key=lambda name: name + "/" * (entries[name][0] == "40000"))
    raw = b"".join(f"{entries[n][0]} {n}\0".encode() + bytes.fromhex(entries[n][1]) for n in ordered)
    return _store(objects, _identify("tree", raw), json.dumps(entries).encode())


def _entry(objects: Path, content: File | Folder) -> tuple[str, str]:
    match content:
        case dict():
            return "40000", _tree(objects, content)
        case Submodule(commit):
            return "160000", commit
        case Link(target):
            return "120000", _blob(objects, target.encode())
        case str():
            return "100644", _blob(objects, content.encode())
        case bytes():
            return "100644", _blob(objects, content)


def _blob(objects: Path, content: bytes) -> str:
    return _store(objects, _identify("blob", content), content)


def _identify(kind: str, content: bytes) -> str:
    return hashlib.sha1(f"{kind} {len(content)}\0".encode() + content).hexdigest()


def _store(objects: Path, name: str, content: bytes) -> str:
    place = objects / name[:2] / name[2:]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return name
