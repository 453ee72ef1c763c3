"""Which applications read which repository, and the head that we have seen of each ref."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from shared.domain.events.affected import TrackedSource
from shared.domain.events.push_match import normalised_repo_url
from shared.domain.specs.app_ref import AppRef
from shared.errors import ConflictError
from shared.ports.document_store import Document, DocumentStore
from shared.services.document_rows import remove, scan, upsert

_REPOSITORIES = "repositories"
_READERS = "readers"
_MOST_PATHS = 300
_Reads = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class KnownHead:
    """The commit of one ref as last seen; `ref` is as people write it in targetRevision, "" = HEAD.

    `owed`: who reads it has yet to be woken, for what changed since that commit ("": for anything); None
    when nobody has. `etag`: of the row that says so, None where there is no row.
    """

    repo_url: str
    ref: str
    commit: str
    owed: str | None = None
    etag: str | None = field(default=None, compare=False)


class RepositoryIndex:
    """Rows `sources:<repository>` / application, `heads:<repository>` / ref, and `readers` / application,
    which lists the repositories that the application has a row in.
    """

    def __init__(self, documents: DocumentStore) -> None:
        self._documents = documents

    def tracking(self, repo_url: str) -> list[TrackedSource]:
        """Every application source that reads this repository, however its URL is written."""
        rows = scan(self._documents, f"sources:{normalised_repo_url(repo_url)}")
        return [
            TrackedSource(AppRef.parse(row.key), target, tuple(row.body["paths"]))
            for row in rows
            for target in row.body["targets"]
        ]

    def track(self, ref: AppRef, sources: _Reads) -> None:
        """Record what an application reads: repository URL → (target revisions, paths read).

        Too many paths are recorded as none, which means any path of the repository. What it read before and
        reads no more is forgotten.
        """
        wanted = _by_repository(sources)
        for repository, body in wanted.items():
            upsert(self._documents, f"sources:{repository}", str(ref), body)
            upsert(self._documents, _REPOSITORIES, repository, {"url": body["url"]})
        before = self._read_by(ref)
        for repository in before - wanted.keys():
            remove(self._documents, f"sources:{repository}", str(ref))
        if before != wanted.keys():
            upsert(self._documents, _READERS, str(ref), {"repositories": sorted(wanted)})

    def forget(self, ref: AppRef, repo_urls: set[str]) -> None:
        """The application is gone: it reads neither these repositories any more nor any that we know of."""
        for repository in self._read_by(ref) | {normalised_repo_url(url) for url in repo_urls}:
            remove(self._documents, f"sources:{repository}", str(ref))
        remove(self._documents, _READERS, str(ref))

    def head(self, repo_url: str, ref: str) -> str:
        """The commit last seen at this ref, or ""."""
        return self.known(repo_url, ref).commit

    def known(self, repo_url: str, ref: str) -> KnownHead:
        """What was last seen at this ref; the commit is "" where nothing was."""
        row = self._documents.get(*_head_key(repo_url, ref))
        if row is None:
            return KnownHead(repo_url, ref, "")
        return KnownHead(repo_url, ref, str(row.body["commit"]), row.body.get("owed"), row.etag)

    def advance(self, known: KnownHead, commit: str) -> KnownHead | None:
        """Record that a head has moved, before anybody is woken for it: who is woken reads it here.

        Until `settle`, the row says what is owed, and the poll pays it. None when another has moved it.
        """
        latest = known
        while latest.commit == known.commit:
            owed = latest.commit if latest.owed is None else latest.owed
            try:
                row = self._put_head(latest, {"commit": commit, "url": known.repo_url, "owed": owed})
            except ConflictError:
                latest = self.known(known.repo_url, known.ref)
                continue
            return KnownHead(known.repo_url, known.ref, commit, owed, row.etag)
        return None

    def settle(self, moved: KnownHead) -> None:
        """Everybody has been woken for this move. Without an etag there is no row that owes anything."""
        if moved.etag is None:
            return
        with suppress(ConflictError):  # it has moved on, and what is owed goes with it
            self._put_head(moved, {"commit": moved.commit, "url": moved.repo_url})

    def _put_head(self, known: KnownHead, body: dict[str, Any]) -> Document:
        partition, key = _head_key(known.repo_url, known.ref)
        return self._documents.put(Document(partition, key, body, known.etag))

    def heads(self) -> Iterator[KnownHead]:
        """Every (repository, ref) that some application tracks; the commit is "" where none was seen yet."""
        for repository in scan(self._documents, _REPOSITORIES):
            readers = scan(self._documents, f"sources:{repository.key}")
            followed = {target for reader in readers for target in reader.body["targets"]}
            for ref in sorted(followed):
                url = str(repository.body["url"])
                yield self.known(url, ref)

    def _read_by(self, ref: AppRef) -> set[str]:
        row = self._documents.get(_READERS, str(ref))
        return set(row.body["repositories"]) if row else set()


def _head_key(repo_url: str, ref: str) -> tuple[str, str]:
    return f"heads:{normalised_repo_url(repo_url)}", ref or "HEAD"


def _by_repository(sources: _Reads) -> dict[str, dict[str, Any]]:
    """The rows to write; two spellings of one repository make one."""
    rows: dict[str, dict[str, Any]] = {}
    for url, (targets, paths) in sources.items():
        followed = {"" if target == "HEAD" else target for target in targets}
        row = rows.setdefault(normalised_repo_url(url), {"url": url, "targets": set(), "paths": set()})
        row["targets"] |= followed
        # no paths means any path, also for the other spelling
        row["paths"] = row["paths"] | set(paths) if paths and row["paths"] is not None else None
    return {
        repository: {
            "url": row["url"],
            "targets": sorted(row["targets"]),
            "paths": sorted(row["paths"] or ()) if len(row["paths"] or ()) <= _MOST_PATHS else [],
        }
        for repository, row in rows.items()
    }
