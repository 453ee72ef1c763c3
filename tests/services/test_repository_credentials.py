"""Who we are at a repository."""

from __future__ import annotations

import pytest

from shared.adapters.memory.credential_store import MemoryCredentialStore
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.domain.access.secret_text import SecretText
from shared.ports.document_store import Document
from shared.services.repository_credentials import PARTITION, RepositoryCredentials


def credentials(*registered: str) -> RepositoryCredentials:
    """One credential for each normalised URL; its user is called like the URL."""
    documents, store = MemoryDocumentStore(), MemoryCredentialStore()
    for url in registered:
        documents.put(Document(PARTITION, url, {"username": url}))
        store.put(f"repository:{url}", SecretText(f"password of {url}"))
    return RepositoryCredentials(documents, store)


@pytest.mark.parametrize(
    "written",
    [
        "https://github.com/my-org/shop.git",
        "https://github.com/My-Org/Shop",
        "git@github.com:my-org/shop.git",
        "ssh://git@github.com/my-org/shop/",
    ],
)
def test_every_spelling_of_a_registered_url_is_known(written: str) -> None:
    found = credentials("github.com/my-org/shop")(written)
    assert found is not None
    assert found.username == "github.com/my-org/shop"
    assert found.password.reveal() == "password of github.com/my-org/shop"


def test_the_longest_beginning_counts() -> None:
    service = credentials("github.com", "github.com/my-org", "github.com/my-org/shop")
    for url, user in (
        ("https://github.com/my-org/shop", "github.com/my-org/shop"),
        ("https://github.com/my-org/other", "github.com/my-org"),
        ("https://github.com/another/repo", "github.com"),
    ):
        found = service(url)
        assert found is not None
        assert found.username == user


def test_a_name_that_only_begins_alike_is_another_repository() -> None:
    assert credentials("github.com/my-org/shop")("https://github.com/my-org/shop-secrets") is None


def test_what_is_not_registered_has_none() -> None:
    assert credentials()("https://github.com/my-org/shop") is None
    assert credentials("example.com/a")("https://github.com/my-org/shop") is None


def test_a_row_whose_password_is_gone_is_no_credential() -> None:
    documents = MemoryDocumentStore()
    documents.put(Document(PARTITION, "github.com/my-org", {"username": "x"}))
    service = RepositoryCredentials(documents, MemoryCredentialStore())
    assert service("https://github.com/my-org/shop") is None


@pytest.mark.parametrize(
    ("registered", "written", "known"),
    [
        ("https://github.com/a/b", "https://github.com/a/b", True),
        ("https://github.com/a/b", "http://github.com/a/b", False),
        ("http://git.local/a/b", "http://git.local/a/b", True),
    ],
)
def test_a_password_given_for_https_is_never_sent_over_http(
    registered: str, written: str, known: bool
) -> None:
    documents, store = MemoryDocumentStore(), MemoryCredentialStore()
    key = registered.partition("://")[2]
    documents.put(Document(PARTITION, key, {"username": "kim", "url": registered}))
    store.put(f"repository:{key}", SecretText("password"))
    assert (RepositoryCredentials(documents, store)(written) is not None) is known
