"""One bare repository of the sandbox: its files, its refs and the Git child processes that serve it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import pygit2
from pygit2.enums import FileMode, SortMode

from sandbox.git.tree_edit import Files, edited_tree

DEFAULT_BRANCH = "main"
NO_COMMIT = "0" * 40
_SERVING = {
    "uploadpack.allowAnySHA1InWant": "true",
    "uploadpack.allowFilter": "true",
    "http.receivepack": "true",
    "receive.denyDeleteCurrent": "ignore",
    "receive.autogc": "false",
    "pack.threads": "1",
}


@dataclass(frozen=True, slots=True)
class RefUpdate:
    """One ref that a push changed. Ids are 40 digits, `NO_COMMIT` where the ref was or is absent."""

    ref: str
    before: str
    after: str


@dataclass(slots=True)
class BareRepository:
    """A repository as GitHub would host it. `login` is (username, password) when it is private."""

    full_name: str
    path: Path
    login: tuple[str, str] | None = None
    pushing: Lock = field(default_factory=Lock)

    @classmethod
    def create(cls, full_name: str, path: Path) -> BareRepository:
        """Make the empty repository on disk. Raises FileExistsError when it is there."""
        path.mkdir(parents=True)
        pygit2.init_repository(path, bare=True, initial_head=DEFAULT_BRANCH).free()
        created = cls(full_name, path)
        created.configure(_SERVING)
        return created

    def configure(self, settings: dict[str, str]) -> None:
        """Write Git configuration of this repository."""
        repo = self.open()
        try:
            for name, value in settings.items():
                repo.config[name] = value
        finally:
            repo.free()

    def open(self) -> pygit2.Repository:
        return pygit2.Repository(str(self.path), pygit2.enums.RepositoryOpenFlag.BARE)

    def commit_directly(self, files: Files, message: str) -> str:
        """Put a commit on the default branch without a push, so that no webhook fires; return its id."""
        repo = self.open()
        try:
            ref = f"refs/heads/{DEFAULT_BRANCH}"
            parent = repo.references[ref].target if ref in repo.references else None
            base = repo[parent].peel(pygit2.Commit).tree_id if parent else None
            author = pygit2.Signature("Sandbox", "sandbox@example.invalid", int(time.time()))
            tree = edited_tree(repo, base, files)
            return str(repo.create_commit(ref, author, author, message, tree, [parent] if parent else []))
        finally:
            repo.free()

    def refs(self) -> dict[str, str]:
        """Return every branch and tag with the id that it points to."""
        repo = self.open()
        try:
            return {name: str(repo.references[name].target) for name in repo.references if name != "HEAD"}
        finally:
            repo.free()

    def advertise(self, service: str, protocol: str) -> bytes:
        """Answer `GET info/refs?service=…`."""
        refs = self._git([service.removeprefix("git-"), "--stateless-rpc", "--advertise-refs"], b"", protocol)
        if protocol == "version=2" and service == "git-upload-pack":
            return refs
        line = f"# service={service}\n".encode()
        return b"%04x%s0000%s" % (len(line) + 4, line, refs)

    def upload_pack(self, request: bytes, protocol: str) -> bytes:
        """Answer a fetch."""
        return self._git(["upload-pack", "--stateless-rpc"], request, protocol)

    def receive_pack(self, request: bytes, protocol: str) -> tuple[bytes, list[RefUpdate]]:
        """Take a push; return Git's answer and what it changed."""
        with self.pushing:
            before = self.refs()
            answer = self._git(["receive-pack", "--stateless-rpc"], request, protocol)
            return answer, changed_refs(before, self.refs())

    def _git(self, command: list[str], request: bytes, protocol: str) -> bytes:
        git = shutil.which("git")
        if git is None:
            raise FileNotFoundError("the sandbox Git server needs the program git in PATH")
        environment = {"PATH": os.environ.get("PATH", os.defpath), "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/"}
        if protocol:
            environment["GIT_PROTOCOL"] = protocol
        arguments = [git, "-c", "safe.directory=*", *command, str(self.path)]
        done = subprocess.run(  # noqa: S603 - our own arguments; the path is one of ours
            arguments, input=request, capture_output=True, env=environment, check=False, close_fds=False
        )
        return done.stdout


def changed_refs(before: dict[str, str], after: dict[str, str]) -> list[RefUpdate]:
    """Return what became of each ref, in order of its name."""
    pairs = {ref: (before.get(ref, NO_COMMIT), after.get(ref, NO_COMMIT)) for ref in {**before, **after}}
    return [RefUpdate(ref, old, new) for ref, (old, new) in sorted(pairs.items()) if old != new]


def new_commits(repo: pygit2.Repository, update: RefUpdate, known: list[str]) -> list[pygit2.Commit]:
    """Return the commits that an update brought, oldest first; `known` are ids that were there before."""
    if update.after == NO_COMMIT:
        return []
    walker = repo.walk(repo[update.after].peel(pygit2.Commit).id, SortMode.TOPOLOGICAL | SortMode.REVERSE)
    for old in known:
        if old in repo:
            walker.hide(repo[old].peel(pygit2.Commit).id)
    return list(walker)


def files_of_commit(repo: pygit2.Repository, commit: pygit2.Commit) -> dict[str, list[str]]:
    """Return `{"added": […], "removed": […], "modified": […]}` against the first parent."""
    if commit.parents:
        diff = commit.parents[0].tree.diff_to_tree(commit.tree)
    else:
        diff = commit.tree.diff_to_tree(swap=True)
    files: dict[str, list[str]] = {"added": [], "removed": [], "modified": []}
    for delta in diff.deltas:
        if delta.new_file.mode != FileMode.COMMIT:
            kind = {"A": "added", "D": "removed"}.get(delta.status_char(), "modified")
            files[kind].append(delta.new_file.path)
    return files
