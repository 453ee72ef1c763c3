"""What the disk keeps of one repository: a bare clone without history, the extract, the known commits."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pygit2
from pygit2.enums import ObjectType, RepositoryOpenFlag

from shared.adapters.git.extract import remove_unreachable, write_atomically, write_extract
from shared.domain.source.checkout import CommitMetadata
from shared.errors import NotFoundError

_KEPT_REFS = "refs/tidegate/commits/"
_KEPT_COMMITS = 8  # what the next fetch can build on
_PACKS_LIMIT = 40
_EXTRACTS_LIMIT = 200
_LAYOUT = 1  # of the files below; a change of it makes old caches useless
_COMMIT = re.compile(r"[0-9a-f]{40}")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def cache_of_this_boot(cache_dir: Path) -> Path:
    """Return the directory to use, and remove those of earlier boots and layouts.

    Nothing here is flushed to the disk before it is renamed into place: a power cut may leave empty files.
    So the cache lasts until the machine starts again, and is then fetched anew.
    """
    boot = _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else "unknown"
    current = cache_dir / f"boot-{boot}-{_LAYOUT}"
    current.mkdir(parents=True, exist_ok=True, mode=0o700)
    for earlier in cache_dir.glob("boot-*"):
        if earlier != current:
            shutil.rmtree(earlier, ignore_errors=True)
    return current


class RepositoryCache:
    """One directory. Everything that touches the bare clone holds `locked()`; the rest needs no lock."""

    def __init__(self, root: Path, url: str) -> None:
        readable = re.sub(r"[^a-z0-9]+", "-", url.lower().partition("://")[2]).strip("-")[-60:]
        self.directory = root / f"{readable}-{hashlib.sha256(url.encode()).hexdigest()[:16]}"
        self.objects_dir = self.directory / "objects"
        self._bare = self.directory / "bare.git"
        self._commits = self.directory / "commits"
        self._url = url

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let one thread of one process at a time in: a flock on a file handle of its own."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.directory / "lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def known(self, commit: str) -> tuple[str, CommitMetadata] | None:
        """Return (root tree, metadata) of a commit whose extract is whole; it counts as used now."""
        path = self._commits / commit
        try:
            stored = json.loads(path.read_bytes())
            os.utime(path)
        except FileNotFoundError:
            return None
        return stored["tree"], CommitMetadata(**stored["metadata"])

    @contextmanager
    def bare(self) -> Iterator[pygit2.Repository]:
        """Open the bare clone, made anew when there is none or it cannot be read."""
        try:
            repo = pygit2.Repository(str(self._bare), RepositoryOpenFlag.BARE)
        except pygit2.GitError:
            self.forget_bare()
            repo = pygit2.init_repository(self._bare, bare=True)
        try:
            yield repo
        finally:
            repo.free()

    def forget_bare(self) -> None:
        """Remove the bare clone: the next fetch starts from nothing. The extract stays."""
        shutil.rmtree(self._bare, ignore_errors=True)

    def ref_of(self, commit: str) -> str:
        """Return the ref that keeps a fetched commit."""
        return _KEPT_REFS + commit

    def extract(self, repo: pygit2.Repository, commit: str) -> None:
        """Extract a fetched commit and remember it. Raises KeyError when an object of it is missing."""
        found = repo[commit]
        if found.type != ObjectType.COMMIT:
            raise NotFoundError(f"Repository {self._url}: {commit} is no commit")
        peeled = found.peel(pygit2.Commit)
        tree = str(peeled.tree_id)
        write_extract(repo, tree, self.objects_dir)
        stored = {"tree": tree, "metadata": asdict(_metadata(peeled))}
        write_atomically(f"{self._commits}/{commit}", json.dumps(stored).encode())

    def forget_old(self, limit: int = _EXTRACTS_LIMIT) -> None:
        """Above `limit` commits forget the half that was not used for longest, and what only those have.

        To be called before anything is extracted: what a killed process left of this is done first. Who reads
        a forgotten commit at this moment gets UnavailableError, and fetches it again.
        """
        begun = self.directory / "forgetting"
        commits = [path for path in self._commits.glob("*") if _COMMIT.fullmatch(path.name)]
        if len(commits) <= limit and not begun.exists():
            return
        begun.touch(mode=0o600)
        commits.sort(key=lambda path: path.stat().st_mtime_ns)
        dropped = commits[: -(limit // 2)] if len(commits) > limit else []
        for path in dropped:
            path.unlink()
        kept = (json.loads(path.read_bytes())["tree"] for path in commits[len(dropped) :])
        remove_unreachable(self.objects_dir, kept)
        begun.unlink()

    def tidy(self, repo: pygit2.Repository) -> None:
        """Bound the bare clone: keep the newest commits, and one pack instead of many.

        What a fetch tells the server, and so its cost, grows with the kept commits.
        """
        names = [name for name in repo.references if name.startswith(_KEPT_REFS)]
        commits = sorted((name.removeprefix(_KEPT_REFS) for name in names), key=self._known_since)
        kept, dropped = commits[-_KEPT_COMMITS:], commits[:-_KEPT_COMMITS]
        for commit in dropped:
            repo.references.delete(self.ref_of(commit))
        if dropped:
            (self._bare / "shallow").write_text("".join(f"{commit}\n" for commit in sorted(kept)))
        packs = list((self._bare / "objects" / "pack").glob("*.pack"))
        if len(packs) > _PACKS_LIMIT:
            _repack(repo, kept, packs)

    def _known_since(self, commit: str) -> int:
        path = self._commits / commit
        return path.stat().st_mtime_ns if path.exists() else 0


def _repack(repo: pygit2.Repository, commits: list[str], packs: list[Path]) -> None:
    def choose(builder: pygit2.PackBuilder) -> None:
        for commit in commits:
            builder.add_recur(repo[commit].id)

    repo.pack(pack_delegate=choose, n_threads=1)
    written = max(packs[0].parent.glob("*.pack"), key=lambda pack: pack.stat().st_mtime_ns)
    for pack in packs:
        if pack != written:
            for part in pack.parent.glob(f"{pack.stem}.*"):
                part.unlink()


def _metadata(commit: pygit2.Commit) -> CommitMetadata:
    author = commit.author
    return CommitMetadata(
        commit=str(commit.id),
        author=f"{author.raw_name.decode(errors='replace')} <{author.raw_email.decode(errors='replace')}>",
        date=datetime.fromtimestamp(author.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        message=commit.raw_message.decode(errors="replace").strip(),
    )
