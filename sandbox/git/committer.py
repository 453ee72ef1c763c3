"""The developer of the demo and of the tests: commits, and pushes over HTTP like anybody else."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Self

import pygit2

from sandbox.git.bare_repository import DEFAULT_BRANCH
from sandbox.git.tree_edit import Files, edited_tree


class PushRefusedError(Exception):
    """The server did not take the push; the text is its own reason."""


class WorkingCopy:
    """A clone without checked-out files. `login` is (username, password) for a private repository.

    Each call starts from what the server has now, makes one commit and pushes it, so that the server's
    webhooks fire. Not safe to share between threads.
    """

    def __init__(
        self, url: str, directory: Path, *, login: tuple[str, str] | None = None, author: str = "Developer"
    ) -> None:
        self._callbacks = _Callbacks(login)
        self._author = author
        self._repo = pygit2.init_repository(directory, bare=True)
        self._remote = self._repo.remotes.create("origin", url, "+refs/*:refs/*")

    def close(self) -> None:
        self._repo.free()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def head(self, branch: str = DEFAULT_BRANCH) -> str:
        """Return the commit that the server has as the head of a branch. Raises KeyError if there is none."""
        self._fetch()
        return str(self._repo.references[f"refs/heads/{branch}"].target)

    def read(self, path: str, branch: str = DEFAULT_BRANCH) -> bytes:
        """Return a file at the head of a branch. Raises KeyError if there is none."""
        blob = self._repo[self.head(branch)].peel(pygit2.Tree)[path]
        if not isinstance(blob, pygit2.Blob):
            raise KeyError(f"{path} is a directory")
        return blob.data

    def commit(self, files: Files, message: str, *, branch: str = DEFAULT_BRANCH) -> str:
        """Change files (None removes one), push, and return the commit. A new branch starts at `main`."""
        parent = self._parent(branch)
        tree = edited_tree(self._repo, parent.tree_id, files)
        return self._push_commit(branch, tree, message, [parent.id])

    def replace(self, path: str, old: str, new: str, message: str, *, branch: str = DEFAULT_BRANCH) -> str:
        """Replace text in one file and push. Raises ValueError when the text is not there."""
        before = self.read(path, branch).decode()
        if old not in before:
            raise ValueError(f"{path} has no {old!r}")
        return self.commit({path: before.replace(old, new).encode()}, message, branch=branch)

    def revert(self, commit: str, *, branch: str = DEFAULT_BRANCH) -> str:
        """Do what `git revert COMMIT` does, push, and return the new commit."""
        parent = self._parent(branch)
        bad = self._repo[commit].peel(pygit2.Commit)
        index = self._repo.revert_commit(bad, parent)
        if index.conflicts is not None:
            raise ValueError(f"{commit} cannot be reverted on {branch}: later commits changed the same lines")
        message = f'Revert "{bad.message.splitlines()[0]}"\n\nThis reverts commit {commit}.\n'
        return self._push_commit(branch, index.write_tree(self._repo), message, [parent.id])

    def reset(self, branch: str, commit: str) -> None:
        """Force a branch to another commit, as `git push --force` does."""
        self._fetch()
        self._push(f"+{commit}:refs/heads/{branch}")

    def delete_branch(self, branch: str) -> None:
        self._fetch()
        self._push(f":refs/heads/{branch}")

    def tag(self, name: str, commit: str, *, message: str = "") -> str:
        """Push a tag and return the id that it points to; with a message it is an annotated one."""
        self._fetch()
        oid = self._repo[commit].id
        if message:
            oid = self._repo.create_tag(name, oid, pygit2.enums.ObjectType.COMMIT, self._signature(), message)
        else:
            self._repo.references.create(f"refs/tags/{name}", oid)
        self._push(f"refs/tags/{name}:refs/tags/{name}")
        return str(oid)

    def _parent(self, branch: str) -> pygit2.Commit:
        self._fetch()
        ref = f"refs/heads/{branch}"
        start = ref if ref in self._repo.references else f"refs/heads/{DEFAULT_BRANCH}"
        return self._repo[self._repo.references[start].target].peel(pygit2.Commit)

    def _push_commit(self, branch: str, tree: pygit2.Oid, message: str, parents: list[pygit2.Oid]) -> str:
        who = self._signature()
        commit = self._repo.create_commit(None, who, who, message, tree, parents)
        self._push(f"{commit}:refs/heads/{branch}")
        return str(commit)

    def _signature(self) -> pygit2.Signature:
        mail = f"{self._author.lower().replace(' ', '.')}@example.invalid"
        return pygit2.Signature(self._author, mail, int(time.time()))

    def _fetch(self) -> None:
        self._remote.fetch(callbacks=self._callbacks, prune=pygit2.enums.FetchPrune.PRUNE)

    def _push(self, refspec: str) -> None:
        self._callbacks.refused = ""
        self._remote.push([refspec], callbacks=self._callbacks)
        if self._callbacks.refused:
            raise PushRefusedError(self._callbacks.refused)


class _Callbacks(pygit2.RemoteCallbacks):
    def __init__(self, login: tuple[str, str] | None) -> None:
        super().__init__(credentials=pygit2.UserPass(*login) if login else None)
        self.refused = ""

    def push_update_reference(self, refname: str, message: str | None) -> None:
        if message is not None:
            self.refused = f"{refname}: {message}"
