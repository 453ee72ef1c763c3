"""The sandbox's Git server, used by the real git program."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sandbox.git.server import SandboxGit

NAME = "my-org/shop"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SandboxGit]:
    with SandboxGit(tmp_path / "served").start() as git:
        git.create(NAME, {"a.yaml": b"1", "deep/er/b.yaml": b"2"})
        yield git


def git(*arguments: str, cwd: Path | None = None, fails: bool = False) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": "/nowhere", "GIT_TERMINAL_PROMPT": "0"}
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.invalid", "-c", "protocol.version=2")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode != 0) is fails, done.stderr
    return done.stdout.strip() or done.stderr


def test_git_clones_commits_and_pushes(server: SandboxGit, tmp_path: Path) -> None:
    ann, bob = tmp_path / "ann", tmp_path / "bob"
    git("clone", "-q", server.served_url(NAME), str(ann))
    assert (ann / "deep/er/b.yaml").read_bytes() == b"2"
    (ann / "a.yaml").write_bytes(os.urandom(2_000_000))  # more than git sends in one piece
    git("commit", "-q", "-a", "-m", "large", cwd=ann)
    git("push", "-q", cwd=ann)
    git("clone", "-q", "--depth=1", server.served_url(NAME), str(bob))
    assert (bob / "a.yaml").read_bytes() == (ann / "a.yaml").read_bytes()
    assert git("rev-parse", "HEAD", cwd=bob) == server.refs(NAME)["refs/heads/main"]


@pytest.mark.parametrize("version", ["0", "1", "2"])
def test_every_version_of_the_protocol_is_spoken(server: SandboxGit, tmp_path: Path, version: str) -> None:
    git("-c", f"protocol.version={version}", "clone", "-q", server.served_url(NAME), str(tmp_path / "clone"))
    assert (tmp_path / "clone" / "a.yaml").read_bytes() == b"1"


def test_any_commit_can_be_fetched_and_blobs_left_out(server: SandboxGit, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git("clone", "-q", "--filter=blob:none", "--no-checkout", server.served_url(NAME), str(clone))
    first = git("rev-parse", "HEAD", cwd=clone)
    git("commit", "-q", "--allow-empty", "-m", "second", cwd=clone)
    git("push", "-q", cwd=clone)
    other = tmp_path / "other"
    git("init", "-q", str(other))
    git("fetch", "-q", "--depth=1", server.served_url(NAME), first, cwd=other)
    assert git("rev-parse", "FETCH_HEAD", cwd=other) == first


def test_a_push_that_would_lose_commits_is_refused_unless_forced(server: SandboxGit, tmp_path: Path) -> None:
    ann, bob = tmp_path / "ann", tmp_path / "bob"
    for clone in (ann, bob):
        git("clone", "-q", server.served_url(NAME), str(clone))
        git("commit", "-q", "--allow-empty", "-m", clone.name, cwd=clone)
    git("push", "-q", cwd=ann)
    assert "rejected" in git("push", "-q", cwd=bob, fails=True)
    git("push", "-q", "--force", cwd=bob)
    assert server.refs(NAME)["refs/heads/main"] == git("rev-parse", "HEAD", cwd=bob)


def test_names_ignore_case_and_dot_git(server: SandboxGit) -> None:
    url = server.served_url(NAME)
    assert git("ls-remote", url) == git("ls-remote", url.removesuffix(".git").replace("shop", "SHOP"))


def test_a_private_repository_wants_its_password(server: SandboxGit) -> None:
    server.protect(NAME, "ann", "p@ss")
    url = server.served_url(NAME)
    inside = url.replace("http://", "http://ann:p%40ss@")
    assert "refs/heads/main" in git("ls-remote", inside)
    git("ls-remote", url.replace("http://", "http://ann:wrong@"), fails=True)
    git("ls-remote", url, fails=True)


def test_unknown_repositories_and_dumb_requests_are_refused(server: SandboxGit) -> None:
    assert "not found" in git("ls-remote", server.served_url("my-org/nope"), fails=True)
    assert answer(server, f"/{NAME}.git/info/refs") == 403
    assert answer(server, f"/{NAME}.git/info/refs?service=git-shell") == 403
    assert answer(server, f"/{NAME}.git/HEAD") == 403
    assert answer(server, "/") == 404
    assert answer(server, "/../../etc/passwd") == 404


def answer(server: SandboxGit, path: str) -> int:
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_requests_are_logged_with_their_service(server: SandboxGit, tmp_path: Path) -> None:
    git("ls-remote", server.served_url(NAME))
    assert {request.service for request in server.requests} == {"git-upload-pack"}
    server.requests.clear()
    git("clone", "-q", server.served_url(NAME), str(tmp_path / "clone"))
    git("commit", "-q", "--allow-empty", "-m", "x", cwd=tmp_path / "clone")
    git("push", "-q", cwd=tmp_path / "clone")
    assert (server.requests[-1].method, server.requests[-1].service) == ("POST", "git-receive-pack")


def test_stopping_hangs_up_on_clients_that_keep_the_connection(tmp_path: Path) -> None:
    server = SandboxGit(tmp_path / "served").start()
    server.create(NAME, {"a": b"1"})
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=5)
    connection.request("GET", f"/{NAME}.git/info/refs?service=git-upload-pack")
    assert connection.getresponse().read()
    server.stop()
    server.stop()
    connection.close()
    with pytest.raises(RuntimeError, match="not running"):
        server.url  # noqa: B018 - the property is what is tested


def test_a_name_is_given_once(server: SandboxGit) -> None:
    with pytest.raises(FileExistsError):
        server.create(NAME.upper(), {"a": b"1"})


def test_written_urls_map_to_where_they_are(server: SandboxGit) -> None:
    assert server.where_is("https://github.com/my-org/shop.git") == server.served_url(NAME)
    assert server.where_is("https://github.community/x") == "https://github.community/x"
