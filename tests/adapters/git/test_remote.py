"""What becomes of a Git server's bad days, and who gets to see a password."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox.git.server import SandboxGit
from shared.adapters.git.git_repository import LibgitRepository
from shared.adapters.git.remote import GitTimeouts
from shared.domain.access.secret_text import SecretText
from shared.domain.source.repository_credential import RepositoryCredential
from shared.errors import (
    NotFoundError,
    PermissionDeniedError,
    TidegateError,
    UnauthenticatedError,
    UnavailableError,
)
from tests.adapters.git.odd_servers import answering, silent

WRITTEN = "https://github.com/my-org/shop.git"
TOKEN = RepositoryCredential("x-access-token", SecretText("t0ken"))
ASK = {"WWW-Authenticate": 'Basic realm="Git"'}


@pytest.fixture
def reader_of(tmp_path: Path) -> Callable[..., LibgitRepository]:
    def make(
        place: str, credential: RepositoryCredential | None = None, silence_seconds: float = 5
    ) -> LibgitRepository:
        return LibgitRepository(
            tmp_path / "cache",
            lambda _: credential,
            lambda url: url.replace("https://github.com", place),
            timeouts=GitTimeouts(connect_seconds=5, silence_seconds=silence_seconds, transfer_seconds=30),
        )

    return make


@pytest.mark.parametrize(
    ("status", "error", "problem"),
    [
        (403, PermissionDeniedError, "forbids us"),
        (404, NotFoundError, "does not exist, or is hidden"),
        (410, UnavailableError, "answers 410"),
        (429, UnavailableError, "answers 429"),
        (500, UnavailableError, "answers 500"),
        (503, UnavailableError, "answers 503"),
    ],
)
def test_a_status_becomes_an_error_of_ours(
    reader_of: Callable[..., LibgitRepository], status: int, error: type[TidegateError], problem: str
) -> None:
    with answering(status) as server, pytest.raises(error, match=f"Repository {WRITTEN}: {problem}"):
        reader_of(server.url).resolve(WRITTEN, "main")


def test_a_commit_that_the_refs_name_and_the_server_lacks_is_tried_later(
    reader_of: Callable[..., LibgitRepository],
) -> None:
    """One of the many servers of a host may not have got a push yet."""
    commit, unknown = "12" * 20, "34" * 20
    head = f"{commit} refs/heads/main\0shallow allow-tip-sha1-in-want allow-reachable-sha1-in-want\n"
    refs = f"001e# service=git-upload-pack\n0000{len(head) + 4:04x}{head}0000".encode()
    refusal = f"ERR upload-pack: not our ref {commit}"
    answer = f"{len(refusal) + 4:04x}{refusal}".encode()
    headers = {"Content-Type": "application/x-git-upload-pack-advertisement"}
    with answering(200, headers, refs, answer) as server:
        with pytest.raises(UnavailableError, match=f"does not give {commit} yet"):
            reader_of(server.url).fetch(WRITTEN, commit)
        with pytest.raises(NotFoundError, match=f"has no commit {unknown}"):
            reader_of(server.url).fetch(WRITTEN, unknown)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", b"<html>proxy error</html>"),
        ("application/x-git-upload-pack-advertisement", b"001e# service=git-upload-pack\n0000zzzz"),
        ("application/x-git-upload-pack-advertisement", b""),
    ],
)
def test_an_answer_that_is_no_git_is_a_bad_day(
    reader_of: Callable[..., LibgitRepository], content_type: str, body: bytes
) -> None:
    with answering(200, {"Content-Type": content_type}, body) as server, pytest.raises(UnavailableError):
        reader_of(server.url).resolve(WRITTEN, "main")


def test_a_server_that_never_answers_is_unavailable(reader_of: Callable[..., LibgitRepository]) -> None:
    with silent() as url:
        for attempt in ("main", "12" * 20):
            with pytest.raises(UnavailableError, match=WRITTEN):
                reader_of(url, silence_seconds=0.2).fetch(WRITTEN, attempt)


def test_those_who_waited_for_a_silent_server_fail_together(
    reader_of: Callable[..., LibgitRepository],
) -> None:
    def problem(_: int) -> str:
        with pytest.raises(UnavailableError, match=WRITTEN) as caught:
            reader.fetch(WRITTEN, "12" * 20)
        return str(caught.value)

    with silent() as url, ThreadPoolExecutor(6) as pool:
        reader = reader_of(url, silence_seconds=0.5)
        problems = list(pool.map(problem, range(6)))
    assert sum("Another fetch failed" in text for text in problems) >= 1


def test_a_host_without_address_is_unavailable(reader_of: Callable[..., LibgitRepository]) -> None:
    with pytest.raises(UnavailableError, match=WRITTEN):
        reader_of("http://nowhere.invalid").resolve(WRITTEN, "main")


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(
    reader_of: Callable[..., LibgitRepository],
) -> None:
    with answering(200) as server, pytest.raises(UnavailableError, match=WRITTEN):
        reader_of(server.url.replace("http:", "https:")).resolve(WRITTEN, "main")


def test_a_transfer_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    with SandboxGit(tmp_path / "served").start() as server:
        commit = server.create("my-org/shop", {"a": b"1"})
        hasty = LibgitRepository(
            tmp_path / "cache",
            lambda _: None,
            server.where_is,
            timeouts=GitTimeouts(transfer_seconds=0),
        )
        with pytest.raises(UnavailableError, match="took over 0 seconds"):
            hasty.fetch(WRITTEN, commit)


def test_a_password_is_sent_only_when_it_is_asked_for(reader_of: Callable[..., LibgitRepository]) -> None:
    with answering(404) as server, pytest.raises(NotFoundError):
        reader_of(server.url, TOKEN).resolve(WRITTEN, "main")
    assert server.authorizations == [""]


def test_a_password_that_is_refused_is_not_tried_again(reader_of: Callable[..., LibgitRepository]) -> None:
    with answering(401, ASK) as server, pytest.raises(UnauthenticatedError, match="refuses the username"):
        reader_of(server.url, TOKEN).resolve(WRITTEN, "main")
    assert len([sent for sent in server.authorizations if sent]) == 1


def test_another_host_that_we_are_sent_to_gets_no_password(
    reader_of: Callable[..., LibgitRepository],
) -> None:
    with (
        answering(401, ASK) as thief,
        answering(302, {"Location": f"{thief.url}PATH"}) as server,
        pytest.raises(TidegateError) as caught,
    ):
        reader_of(server.url, TOKEN).resolve(WRITTEN, "main")
    assert thief.authorizations in ([], [""])
    assert "t0ken" not in str(caught.value)


def test_a_redirect_on_the_same_host_is_followed(tmp_path: Path) -> None:
    """GitHub does so for a renamed repository."""
    with SandboxGit(tmp_path / "served").start() as server:
        commit = server.create("my-org/new-name", {"a": b"1"})
        server.rename("my-org/shop", "my-org/new-name")
        found = LibgitRepository(tmp_path / "cache", lambda _: None, server.where_is)
        assert found.resolve(WRITTEN, "main") == commit
        assert found.fetch(WRITTEN, commit).commit == commit


def test_the_credential_is_looked_up_by_what_people_write(tmp_path: Path) -> None:
    asked: list[str] = []

    def credential(url: str) -> RepositoryCredential:
        asked.append(url)
        return TOKEN

    with SandboxGit(tmp_path / "served").start() as server:
        server.create("my-org/shop", {"a": b"1"})
        reader = LibgitRepository(tmp_path / "cache", credential, server.where_is)
        reader.resolve(WRITTEN, "main")
        assert asked == [], "a public repository needs none"
        server.protect("my-org/shop", "x-access-token", "t0ken")
        reader.resolve("https://old:secret@github.com/my-org/shop.git", "main")
    assert asked == [WRITTEN]


_RESOLVE = """
import sys
from pathlib import Path
from shared.adapters.git.git_repository import LibgitRepository
reader = LibgitRepository(Path(sys.argv[1]), lambda _: None, lambda _: sys.argv[2])
print(reader.resolve("https://github.com/my-org/shop.git", "main"))
"""


def test_configuration_files_of_the_machine_do_not_matter(tmp_path: Path) -> None:
    """A `url.insteadOf` in a home directory must not send us, and our password, elsewhere."""
    (tmp_path / ".gitconfig").write_text('[url "http://127.0.0.1:1/"]\n\tinsteadOf = http://127.0.0.1\n')
    with SandboxGit(tmp_path / "served").start() as server:
        commit = server.create("my-org/shop", {"a": b"1"})
        done = subprocess.run(
            [sys.executable, "-c", _RESOLVE, str(tmp_path / "c"), server.served_url("my-org/shop")],
            env={"HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[3])},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.strip() == commit, done.stderr
