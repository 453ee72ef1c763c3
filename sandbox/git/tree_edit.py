"""Write a Git tree that is another tree with some files changed."""

from __future__ import annotations

from collections.abc import Mapping

import pygit2
from pygit2.enums import FileMode

Files = Mapping[str, bytes | None]


def edited_tree(repo: pygit2.Repository, base: pygit2.Oid | None, files: Files) -> pygit2.Oid:
    """Write blobs and trees into `repo` and return the new root tree; None as content removes the file.

    A file keeps the mode that it has in `base`; a new one is 100644, or 100755 when it starts with `#!`.
    Raises KeyError when a file to remove is not there.
    """
    index = pygit2.Index()
    if base is not None:
        index.read_tree(repo[base].peel(pygit2.Tree))
    for path, content in files.items():
        if content is None:
            _remove(index, path)
        else:
            index.add(pygit2.IndexEntry(path, repo.create_blob(content), _mode(index, path, content)))
    return index.write_tree(repo)


def _remove(index: pygit2.Index, path: str) -> None:
    if path not in index:
        raise KeyError(f"{path} is not in the tree, so it cannot be removed")
    index.remove(path)


def _mode(index: pygit2.Index, path: str, content: bytes) -> FileMode:
    if path in index:
        return FileMode(index[path].mode)
    return FileMode.BLOB_EXECUTABLE if content.startswith(b"#!") else FileMode.BLOB
