"""A revision of a repository, resolved and readable."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResolvedSource:
    """One source of an Application at one commit. `revision` is the 40-digit commit id."""

    repo_url: str
    target_revision: str
    revision: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """A commit as a read-only, content-addressed extract on the local disk.

    `objects_dir` holds one file per Git object, named `<first two digits>/<other digits>` of its id:
    a blob's file is its bytes; a tree's file is JSON `{"name": ["mode", "object id"], …}` with the modes
    of Git as text (`100644`, `100755`, `120000` symbolic link, `40000` tree, `160000` submodule).
    `tree` is the id of the root tree. Trees that are unchanged between two commits are stored once,
    so that the extract of a new commit costs only what it changed.
    """

    repo_url: str
    commit: str
    tree: str
    objects_dir: str


@dataclass(frozen=True, slots=True)
class CommitMetadata:
    """What people want to know of a commit. `date` is RFC 3339 in UTC."""

    commit: str
    author: str
    date: str
    message: str
