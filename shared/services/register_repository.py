"""Use cases: make a repository known with who we are there, list what is known, forget one."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from shared.domain.access.secret_text import SecretText
from shared.domain.events.push_match import normalised_repo_url
from shared.domain.events.repo_url import RepoUrl
from shared.errors import ConflictError, InvalidRequestError, NotFoundError, TidegateError
from shared.ports.clock import Clock
from shared.ports.credential_store import CredentialStore
from shared.ports.document_store import Document, DocumentStore
from shared.ports.git_repository import GitRepository
from shared.services.document_rows import scan
from shared.services.record_audit import RecordAudit
from shared.services.repository_credentials import PARTITION, credential_name
from shared.services.repository_index import RepositoryIndex
from shared.services.wake_applications import WakeApplications

log = logging.getLogger(__name__)
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class RepositoryWish:
    """What a person says of a repository. User name and password are both given or both absent."""

    url: str
    username: str = ""
    password: SecretText | None = None
    name: str = ""
    project: str = ""

    def __post_init__(self) -> None:
        """Raises InvalidRequestError; no message holds what stands before the @ of a URL."""
        parsed = RepoUrl.parse(self.url)
        if parsed.scheme not in ("https", "http") or not parsed.host:
            raise InvalidRequestError(
                "Repository: repo is no https URL. Write the HTTPS clone URL; SSH waits, use a token"
            )
        if parsed.userinfo:
            raise InvalidRequestError(
                f"Repository {parsed.host}{parsed.path}: repo holds a user or password. "
                "Write them into username and password"
            )
        if bool(self.username) != (self.password is not None):
            raise InvalidRequestError(
                f"Repository {self.url}: sets only one of username and password. Give both, or neither"
            )

    @property
    def key(self) -> str:
        return normalised_repo_url(self.url)

    @property
    def body(self) -> dict[str, Any]:
        """The row: everything but the password."""
        return {"url": self.url, "username": self.username, "name": self.name, "project": self.project}


@dataclass(frozen=True, slots=True)
class RegisterRepository:
    """Rows hold no password; the credential store does, and it is never shown again.

    Source: Argo CD server/repository (an equal one again is no change, another one needs upsert, and what
    cannot be reached is not stored).
    """

    documents: DocumentStore
    credentials: CredentialStore
    git: GitRepository
    index: RepositoryIndex
    wake: WakeApplications
    audit: RecordAudit
    clock: Clock

    def __call__(self, wish: RepositoryWish, *, upsert: bool, who: str) -> dict[str, Any]:
        """Store the repository, try it, and wake the applications that read it; return its view.

        Raises InvalidRequestError where another one is stored under the URL, or where it does not answer:
        then all is as before.
        """
        found = self.documents.get(PARTITION, wish.key)
        before = self.credentials.get(credential_name(wish.key))
        if found is not None and (found.body, before) == (wish.body, wish.password):
            return self._view(wish.body)
        if found is not None and not upsert:
            raise InvalidRequestError(
                "existing repository spec is different; use upsert flag to force update"
            )
        written = self._store(wish.key, wish.body, wish.password, found)
        try:
            self.git.resolve(wish.url, "")
        except TidegateError as error:
            self._undo(written, found, before)
            raise InvalidRequestError(
                f"Repository {wish.url}: is not stored, since it does not answer ({error})"
            ) from error
        self.audit(who, "repository.update" if found else "repository.create", wish.url)
        for source in self.index.tracking(wish.url):
            self.wake(source.app, "refresh")
        return self._shown(wish.body, "Successful")

    def remove(self, url: str, *, who: str) -> None:
        """Forget a repository and its password. Raises NotFoundError."""
        row = self._row(url)
        self.documents.delete(row)
        self.credentials.delete(credential_name(row.key))
        self.audit(who, "repository.delete", str(row.body.get("url") or row.key))

    def one(self, url: str) -> dict[str, Any]:
        """The view of a repository. Raises NotFoundError."""
        return self._view(self._row(url).body)

    def many(self) -> list[dict[str, Any]]:
        """The views of all, in the order of their URLs; each is tried now, eight at a time."""
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="repositories") as pool:
            return list(
                pool.map(
                    self._view, [{"url": row.key, **row.body} for row in scan(self.documents, PARTITION)]
                )
            )

    def _view(self, body: dict[str, Any]) -> dict[str, Any]:
        """Argo CD's Repository, without what is secret; `connectionState` is of now."""
        try:
            self.git.resolve(str(body.get("url") or ""), "")
        except TidegateError as error:
            return self._shown(body, "Failed", str(error))
        return self._shown(body, "Successful")

    def _shown(self, body: dict[str, Any], status: str, message: str = "") -> dict[str, Any]:
        named = {field: body[field] for field in ("username", "name", "project") if body.get(field)}
        moment = self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        state = {"status": status, "message": message, "attemptedAt": moment}
        return {"repo": str(body.get("url") or ""), "type": "git", **named, "connectionState": state}

    def _row(self, url: str) -> Document:
        row = self.documents.get(PARTITION, normalised_repo_url(url))
        if row is None:
            raise NotFoundError(f"repository '{RepoUrl.parse(url).path or url}' not found")
        return row

    def _store(
        self, key: str, body: dict[str, Any], password: SecretText | None, found: Document | None
    ) -> Document:
        """The password first: a row never leads to the password of another user."""
        self._put_password(key, password)
        try:
            return self.documents.put(Document(PARTITION, key, body, found.etag if found else None))
        except ConflictError as error:
            raise ConflictError(f"Repository {key}: somebody else changed it. Try again") from error

    def _undo(self, written: Document, found: Document | None, before: SecretText | None) -> None:
        self._put_password(written.key, before)
        try:
            if found is None:
                self.documents.delete(written)
            else:
                self.documents.put(Document(PARTITION, written.key, found.body, written.etag))
        except ConflictError:  # somebody else wrote meanwhile: theirs stands
            log.info("repository changed while it was tried", extra={"repository": written.key})

    def _put_password(self, key: str, password: SecretText | None) -> None:
        if password is None:
            self.credentials.delete(credential_name(key))
        else:
            self.credentials.put(credential_name(key), password)
