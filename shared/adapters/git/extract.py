"""Write commits as content-addressed extracts, and read their trees. The layout is in `Checkout`."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from io import RawIOBase
from pathlib import Path
from threading import get_ident

import pygit2

from shared.errors import UnavailableError

Entry = tuple[str, str]
Tree = dict[str, Entry]
_TREE, _SUBMODULE = "40000", "160000"
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def write_extract(repo: pygit2.Repository, root: str, objects_dir: Path) -> None:
    """Write the objects of a tree that are not there yet.

    A tree's file is written after everything below it, so its presence proves that the subtree is whole.
    Raises KeyError when `repo` lacks an object.
    """
    pending = [root]
    while pending:
        if os.path.exists(_path(objects_dir, pending[-1])):
            pending.pop()
            continue
        entries = [(_name(entry), f"{entry.filemode:o}", str(entry.id)) for entry in _tree(repo, pending[-1])]
        below = [
            oid for _, mode, oid in entries if mode == _TREE and not os.path.exists(_path(objects_dir, oid))
        ]
        if below:
            pending.extend(below)
            continue
        for _, mode, oid in entries:
            if mode not in {_TREE, _SUBMODULE} and not os.path.exists(_path(objects_dir, oid)):
                write_atomically(_path(objects_dir, oid), repo.read(oid)[1])
        tree = {name: [mode, oid] for name, mode, oid in entries}
        write_atomically(_path(objects_dir, pending.pop()), json.dumps(tree, separators=(",", ":")).encode())


def write_atomically(path: str, data: bytes) -> None:
    """Create a read-only file; a reader sees all of it or nothing."""
    directory = os.path.dirname(path)
    temporary = f"{directory}/.{os.getpid()}-{get_ident()}-{time.monotonic_ns()}"
    try:
        handle = os.open(temporary, _NEW_FILE, 0o444)
    except FileNotFoundError:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        handle = os.open(temporary, _NEW_FILE, 0o444)
    with os.fdopen(handle, "wb", buffering=0) as file:
        _write_all(file, data)
    os.rename(temporary, path)


def _write_all(file: RawIOBase, data: bytes) -> None:
    rest = memoryview(data)
    while rest:  # a raw write may take less than it was given
        rest = rest[file.write(rest) or 0 :]


def object_at(objects_dir: Path, root: str, path: str) -> str:
    """Return the id of the file or directory at a path, "" where there is none; "" and "." are the root.

    Symbolic links are not followed, and `..` leads nowhere.
    """
    mode, oid = _TREE, root
    for name in path.split("/"):
        if name in {"", "."}:
            continue
        if mode != _TREE:
            return ""
        mode, oid = read_tree(objects_dir, oid).get(name, ("", ""))
    return oid


def differing_files(objects_dir: Path, before: str, after: str) -> Iterator[str]:
    """Yield the paths of files that two trees do not have in common; equal subtrees are not read."""
    pending: list[tuple[str, str, str]] = [("", before, after)]
    while pending:
        prefix, old_id, new_id = pending.pop()
        old = read_tree(objects_dir, old_id) if old_id else {}
        new = read_tree(objects_dir, new_id) if new_id else {}
        for name in {**old, **new}:
            sides = (old.get(name, ("", "")), new.get(name, ("", "")))
            if sides[0] == sides[1]:
                continue
            trees = [oid if mode == _TREE else "" for mode, oid in sides]
            if any(trees):
                pending.append((f"{prefix}{name}/", trees[0], trees[1]))
            if any(mode not in {"", _TREE} for mode, _ in sides):
                yield prefix + name


def remove_unreachable(objects_dir: Path, roots: Iterable[str]) -> int:
    """Remove every object that none of these trees has; return how many.

    While it runs, and where it did not end, a tree that is there may lack what is below it.
    """
    kept = _reachable(objects_dir, roots)
    removed = 0
    for directory in objects_dir.iterdir() if objects_dir.exists() else ():
        for file in directory.iterdir():
            if directory.name + file.name not in kept:
                file.unlink()
                removed += 1
    return removed


def _reachable(objects_dir: Path, roots: Iterable[str]) -> set[str]:
    kept: set[str] = set()
    pending = list(roots)
    while pending:
        oid = pending.pop()
        if oid in kept:
            continue
        kept.add(oid)
        for mode, child in read_tree(objects_dir, oid).values():
            if mode == _TREE:
                pending.append(child)
            elif mode != _SUBMODULE:
                kept.add(child)
    return kept


def read_tree(objects_dir: Path, oid: str) -> Tree:
    """Return name → (mode, id). Raises UnavailableError when somebody emptied the cache meanwhile."""
    try:
        entries = json.loads(Path(_path(objects_dir, oid)).read_bytes())
    except FileNotFoundError as error:
        raise UnavailableError(
            f"Git cache: tree {oid} is no longer on the disk. Fetch the commit again"
        ) from error
    return {name: (mode, child) for name, (mode, child) in entries.items()}


def _tree(repo: pygit2.Repository, oid: str) -> Iterable[pygit2.Object]:
    return repo[oid].peel(pygit2.Tree)


def _name(entry: pygit2.Object) -> str:
    return (entry.raw_name or b"").decode("utf-8", "surrogateescape")


def _path(objects_dir: Path, oid: str) -> str:
    return f"{objects_dir}/{oid[:2]}/{oid[2:]}"  # a Path costs ten times as much, for every entry of a tree
