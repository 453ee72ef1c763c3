"""Who we are at a repository: the longest registered URL that a repository's URL starts with."""

from __future__ import annotations

from shared.domain.events.push_match import normalised_repo_url
from shared.domain.source.repository_credential import RepositoryCredential
from shared.ports.credential_store import CredentialStore
from shared.ports.document_store import DocumentStore
from shared.services.document_rows import scan

PARTITION = "repository-credentials"


def credential_name(key: str) -> str:
    """The name, in the credential store, of the password of a row."""
    return f"repository:{key}"


class RepositoryCredentials:
    """Rows `repository-credentials` / normalised URL hold the user name; the password lies in the store."""

    def __init__(self, documents: DocumentStore, credentials: CredentialStore) -> None:
        self._documents, self._credentials = documents, credentials

    def __call__(self, repo_url: str) -> RepositoryCredential | None:
        """Return the credential of a repository, None when none is registered."""
        wanted = normalised_repo_url(repo_url)
        fitting = [
            row
            for row in scan(self._documents, PARTITION)
            if row.body.get("username")  # one that is registered without hides no other above it
            and not _in_clear_text(repo_url, str(row.body.get("url") or ""))
            and (wanted == row.key or wanted.startswith(row.key.rstrip("/") + "/"))
        ]
        if not fitting:
            return None
        row = max(fitting, key=lambda row: len(row.key))
        password = self._credentials.get(credential_name(row.key))
        return RepositoryCredential(str(row.body["username"]), password) if password else None


def _in_clear_text(repo_url: str, registered: str) -> bool:
    """A password that was given for https is never sent over http, whoever writes such a URL."""
    return registered.startswith("https://") and repo_url.startswith("http://")
