"""The promise of shared/ports/git_repository.py, on the sandbox and beside the real git program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox.git.committer import WorkingCopy
from sandbox.git.server import SandboxGit
from shared.adapters.git.git_repository import LibgitRepository
from shared.adapters.git.remote import GitTimeouts
from shared.domain.access.secret_text import SecretText
from shared.domain.source.checkout import Checkout
from shared.domain.source.repository_credential import RepositoryCredential
from shared.errors import InvalidSpecError, NotFoundError, UnauthenticatedError, UnavailableError
from shared.ports.git_repository import GitRepository
from tests.contracts.http_backend import http_backend

NAME = "my-org/shop"
URL = "https://github.com/my-org/shop.git"
FILES: dict[str, bytes | None] = {
    "README.md": b"shop\n",
    "apps/api/deployment.yaml": b"image: api:1\n",
    "apps/api/service.yaml": b"port: 80\n",
    "apps/web/deployment.yaml": b"image: web:1\n",
    "bin/run": b"#!/bin/sh\n",
    "d\xc3\xa9ploi/\xe2\x9c\x93.yaml".encode("latin-1").decode(): b"ok: true\n",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SandboxGit]:
    with SandboxGit(tmp_path / "served").start() as git:
        git.create(NAME, FILES)
        yield git


@pytest.fixture
def developer(server: SandboxGit, tmp_path: Path) -> Iterator[WorkingCopy]:
    with WorkingCopy(server.served_url(NAME), tmp_path / "developer") as copy:
        yield copy


@pytest.fixture
def repository(server: SandboxGit, tmp_path: Path) -> GitRepository:
    return reader(server, tmp_path / "cache")


def reader(
    server: SandboxGit, cache: Path, credential: RepositoryCredential | None = None
) -> LibgitRepository:
    return LibgitRepository(cache, lambda _: credential, server.where_is, timeouts=GitTimeouts(2, 2, 30))


def git(*arguments: str, cwd: Path | None = None) -> str:
    """Run the real git program: the second truth."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nowhere", "GIT_TERMINAL_PROMPT": "0"}
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.invalid", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def files_of(checkout: Checkout) -> dict[str, tuple[str, bytes]]:
    """Read an extract by its documented layout only: path → (mode, content or submodule's commit)."""
    found: dict[str, tuple[str, bytes]] = {}

    def read(prefix: str, tree: str) -> None:
        for name, (mode, oid) in json.loads(stored(checkout, tree)).items():
            if mode == "40000":
                read(f"{prefix}{name}/", oid)
            else:
                found[prefix + name] = (mode, oid.encode() if mode == "160000" else stored(checkout, oid))

    read("", checkout.tree)
    return found


def stored(checkout: Checkout, oid: str) -> bytes:
    return Path(checkout.objects_dir, oid[:2], oid[2:]).read_bytes()


def objects(checkout: Checkout) -> dict[str, int]:
    return {str(file): file.stat().st_mtime_ns for file in Path(checkout.objects_dir).glob("??/*")}


def asked(server: SandboxGit, calling: Callable[[], object]) -> list[str]:
    """Return the methods of the requests that a call sends."""
    before = len(server.requests)
    calling()
    return [request.method for request in server.requests[before:]]


# on both servers


@pytest.fixture(params=["sandbox", "git http-backend"])
def anywhere(request: pytest.FixtureRequest, server: SandboxGit, tmp_path: Path) -> Iterator[GitRepository]:
    if request.param == "sandbox":
        yield reader(server, tmp_path / "cache")
        return
    with http_backend(tmp_path / "served") as place:
        yield LibgitRepository(
            tmp_path / "cache", lambda _: None, lambda url: url.replace("https://github.com", place)
        )


def test_a_change_is_followed_on_any_server(anywhere: GitRepository, developer: WorkingCopy) -> None:
    first = anywhere.fetch(URL, anywhere.resolve(URL, ""))
    assert {path: content for path, (_, content) in files_of(first).items()} == FILES
    commit = developer.commit({"apps/api/deployment.yaml": b"image: api:2\n"}, "bump")
    developer.tag("v2", commit, message="annotated")
    assert anywhere.resolve(URL, "main") == anywhere.resolve(URL, "v2") == commit
    assert anywhere.changed_paths(URL, first.commit, commit) == ("apps/api/deployment.yaml",)
    assert files_of(anywhere.fetch(URL, first.commit)) == files_of(first)


def test_what_is_absent_is_absent_on_any_server(anywhere: GitRepository, developer: WorkingCopy) -> None:
    for unknown in ("nope", "12" * 20):
        with pytest.raises(NotFoundError, match=r"github\.com/my-org/shop\.git"):
            anywhere.fetch(URL, unknown)
    with pytest.raises(NotFoundError, match="does not exist"):
        anywhere.resolve("https://github.com/my-org/nope.git", "")
    assert anywhere.changed_paths(URL, "12" * 20, developer.head()) is None


# resolve


@pytest.mark.parametrize("revision", ["", "HEAD", "main", "refs/heads/main", "heads/main"])
def test_names_of_the_default_branch_resolve_to_its_head(
    repository: GitRepository, developer: WorkingCopy, revision: str
) -> None:
    assert repository.resolve(URL, revision) == developer.head()


def test_a_branch_moves_with_each_push(repository: GitRepository, developer: WorkingCopy) -> None:
    first = repository.resolve(URL, "main")
    second = developer.commit({"README.md": b"new"}, "change")
    assert first != second == repository.resolve(URL, "main")


def test_a_branch_name_may_have_slashes(repository: GitRepository, developer: WorkingCopy) -> None:
    commit = developer.commit({"a": b"1"}, "start", branch="team/feature/x")
    assert repository.resolve(URL, "team/feature/x") == commit


def test_an_annotated_tag_resolves_to_its_commit(repository: GitRepository, developer: WorkingCopy) -> None:
    commit = developer.head()
    tag_object = developer.tag("v1.0.0", commit, message="the first")
    assert (
        tag_object
        != commit
        == repository.resolve(URL, "v1.0.0")
        == repository.resolve(URL, "refs/tags/v1.0.0")
    )


def test_a_plain_tag_resolves_to_its_commit(repository: GitRepository, developer: WorkingCopy) -> None:
    developer.tag("v1", developer.head())
    assert repository.resolve(URL, "v1") == developer.head()


def test_of_a_branch_and_a_tag_of_one_name_the_branch_is_meant(
    repository: GitRepository, developer: WorkingCopy
) -> None:
    developer.tag("twin", developer.head())
    branch = developer.commit({"a": b"1"}, "on the branch", branch="twin")
    assert repository.resolve(URL, "twin") == branch


def test_resolving_asks_for_refs_only(repository: GitRepository, server: SandboxGit) -> None:
    assert asked(server, lambda: repository.resolve(URL, "main")) == ["GET"]


def test_a_whole_commit_id_is_returned_without_asking(repository: GitRepository, server: SandboxGit) -> None:
    assert asked(server, lambda: repository.resolve(URL, "A" * 40)) == []
    assert repository.resolve(URL, "A" * 40) == "a" * 40


def test_a_shortened_commit_id_is_refused_with_the_way_out(
    repository: GitRepository, developer: WorkingCopy
) -> None:
    with pytest.raises(NotFoundError, match="write all 40 digits"):
        repository.resolve(URL, developer.head()[:8])


def test_a_branch_that_looks_like_a_shortened_id_is_found(
    repository: GitRepository, developer: WorkingCopy
) -> None:
    commit = developer.commit({"a": b"1"}, "start", branch="deadbeef")
    assert repository.resolve(URL, "deadbeef") == commit


def test_an_unknown_branch_is_named_in_the_error(repository: GitRepository) -> None:
    with pytest.raises(NotFoundError, match=r"github\.com/my-org/shop\.git: has no branch.*'nope'"):
        repository.resolve(URL, "nope")


def test_a_repository_without_commits_says_so(server: SandboxGit, repository: GitRepository) -> None:
    server.create_empty("my-org/empty")
    with pytest.raises(NotFoundError, match="no commit on its default branch"):
        repository.resolve("https://github.com/my-org/empty.git", "")


# fetch


def test_an_extract_has_every_file_with_its_mode(repository: GitRepository, developer: WorkingCopy) -> None:
    found = files_of(repository.fetch(URL, developer.head()))
    assert {path: content for path, (_, content) in found.items()} == FILES
    assert found["bin/run"][0] == "100755"
    assert found["README.md"][0] == "100644"


def test_symbolic_links_and_submodules_are_recorded_not_followed(
    repository: GitRepository, server: SandboxGit, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    git("clone", "-q", server.served_url(NAME), str(clone))
    (clone / "link").symlink_to("README.md")
    git("update-index", "--add", "--cacheinfo", f"160000,{'12' * 20},vendor", cwd=clone)
    git("add", "link", cwd=clone)
    git("commit", "-q", "-m", "odd modes", cwd=clone)
    git("push", "-q", cwd=clone)
    found = files_of(repository.fetch(URL, git("rev-parse", "HEAD", cwd=clone)))
    assert found["link"] == ("120000", b"README.md")
    assert found["vendor"] == ("160000", b"12" * 20)


def test_the_extract_equals_what_git_says(
    repository: GitRepository, server: SandboxGit, developer: WorkingCopy, tmp_path: Path
) -> None:
    commit = developer.commit({"apps/new/a.yaml": b"a", "README.md": None}, "change")
    clone = tmp_path / "clone"
    git("clone", "-q", server.served_url(NAME), str(clone))
    checkout = repository.fetch(URL, commit)
    assert checkout.tree == git("rev-parse", "HEAD^{tree}", cwd=clone)
    names = git(
        "-c", "core.quotepath=off", "ls-tree", "-r", "--format=%(objectmode) %(path)", "HEAD", cwd=clone
    )
    assert {f"{mode} {path}" for path, (mode, _) in files_of(checkout).items()} == set(names.splitlines())


def test_a_change_adds_only_what_it_changed(repository: GitRepository, developer: WorkingCopy) -> None:
    before = objects(repository.fetch(URL, developer.head()))
    commit = developer.commit({"apps/api/deployment.yaml": b"image: api:2\n"}, "bump")
    after = objects(repository.fetch(URL, commit))
    assert len(after.keys() - before.keys()) == 4, "one file and the three trees above it"
    assert {file: after[file] for file in before} == before, "nothing is written again"


def test_a_change_is_fetched_without_the_rest(
    repository: GitRepository, server: SandboxGit, developer: WorkingCopy
) -> None:
    developer.commit({"big.bin": os.urandom(300_000)}, "much that cannot be compressed")
    repository.fetch(URL, developer.head())
    commit = developer.commit({"README.md": b"small\n"}, "little")
    before = server.bytes_sent
    assert asked(server, lambda: repository.fetch(URL, commit)) == ["GET", "POST", "POST"]
    assert server.bytes_sent - before < 10_000


def test_history_is_not_fetched(
    repository: GitRepository, server: SandboxGit, developer: WorkingCopy
) -> None:
    developer.commit({"big.bin": os.urandom(300_000)}, "much")
    commit = developer.commit({"big.bin": None}, "gone again")
    repository.fetch(URL, commit)
    assert server.bytes_sent < 350_000, "the developer's own fetches and one small pack"
    assert "big.bin" not in files_of(repository.fetch(URL, commit))


def test_a_commit_that_is_known_is_not_asked_for_again(
    repository: GitRepository, server: SandboxGit, developer: WorkingCopy, tmp_path: Path
) -> None:
    commit = developer.head()
    repository.fetch(URL, commit)
    assert asked(server, lambda: repository.fetch(URL, commit)) == []
    another_process = reader(server, tmp_path / "cache")
    assert asked(server, lambda: another_process.fetch(URL, commit)) == []
    assert asked(server, lambda: another_process.metadata(URL, commit)) == []


def test_an_old_commit_can_be_had_that_no_ref_names(
    repository: GitRepository, developer: WorkingCopy
) -> None:
    old = developer.head()
    lost = developer.commit({"a": b"lost"}, "to be forced away")
    developer.reset("main", old)
    developer.commit({"a": b"new"}, "instead")
    assert files_of(repository.fetch(URL, lost))["a"] == ("100644", b"lost")


def test_a_server_that_gives_only_refs_is_asked_for_the_ref(
    repository: GitRepository, server: SandboxGit, developer: WorkingCopy
) -> None:
    server.serve_refs_only(NAME)
    old, new = developer.head(), developer.commit({"a": b"new"}, "new")
    assert files_of(repository.fetch(URL, new))["a"] == ("100644", b"new")
    assert "a" not in files_of(repository.fetch(URL, old)), "found in the history of a branch"
    with pytest.raises(NotFoundError, match="has no commit"):
        repository.fetch(URL, "12" * 20)


def test_an_unknown_commit_is_not_found(repository: GitRepository) -> None:
    with pytest.raises(NotFoundError, match=r"https://github\.com/my-org/shop\.git"):
        repository.fetch(URL, "12" * 20)


def test_a_tag_object_is_no_commit(repository: GitRepository, developer: WorkingCopy) -> None:
    tag_object = developer.tag("v1", developer.head(), message="annotated")
    with pytest.raises(NotFoundError, match="is no commit"):
        repository.fetch(URL, tag_object)


def test_a_branch_may_be_fetched_by_name(repository: GitRepository, developer: WorkingCopy) -> None:
    assert repository.fetch(URL, "main").commit == developer.head()


def test_many_threads_and_instances_fetch_one_commit_once(
    server: SandboxGit, developer: WorkingCopy, tmp_path: Path
) -> None:
    commit = developer.head()
    server.requests.clear()
    readers = [reader(server, tmp_path / "cache") for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda n: readers[n % 4].fetch(URL, commit), range(16)))
    assert len(found) == 1
    assert [request.method for request in server.requests].count("GET") == 1


def test_many_commits_fetched_by_many_threads_are_all_right(
    repository: GitRepository, developer: WorkingCopy
) -> None:
    commits = [developer.commit({"n": str(n).encode()}, f"number {n}") for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        checkouts = list(pool.map(lambda commit: repository.fetch(URL, commit), commits))
    assert [files_of(checkout)["n"][1] for checkout in checkouts] == [str(n).encode() for n in range(12)]


# reading


def test_object_ids_of_files_directories_and_what_is_absent(
    repository: GitRepository, server: SandboxGit, developer: WorkingCopy, tmp_path: Path
) -> None:
    checkout = repository.fetch(URL, developer.head())
    clone = tmp_path / "clone"
    git("clone", "-q", server.served_url(NAME), str(clone))
    paths = ["README.md", "apps", "apps/api", "apps/api/service.yaml"]
    assert repository.object_ids(checkout, paths) == {
        path: git("rev-parse", f"HEAD:{path}", cwd=clone) for path in paths
    }
    assert repository.object_ids(checkout, ["", "./apps/", "apps"])["./apps/"] == git(
        "rev-parse", "HEAD:apps", cwd=clone
    )
    assert repository.object_ids(checkout, [""]) == {"": checkout.tree}
    absent = ["nope", "apps/nope", "README.md/below", "../README.md", "apps/../README.md"]
    assert repository.object_ids(checkout, absent) == dict.fromkeys(absent, "")


def test_changed_paths_are_those_of_git_diff(
    repository: GitRepository, server: SandboxGit, developer: WorkingCopy, tmp_path: Path
) -> None:
    before = developer.head()
    developer.commit({"apps/api/deployment.yaml": b"image: api:2\n"}, "modify")
    developer.commit({"apps/web/deployment.yaml": None, "apps/web": b"a file where a directory was"}, "swap")
    after = developer.commit({"README.md": None, "docs/README.md": b"shop\n"}, "rename")
    clone = tmp_path / "clone"
    git("clone", "-q", server.served_url(NAME), str(clone))
    expected = git("diff", "--name-only", "--no-renames", before, after, cwd=clone).splitlines()
    assert list(repository.changed_paths(URL, before, after) or ()) == sorted(expected)


def test_nothing_changed_between_equal_trees(repository: GitRepository, developer: WorkingCopy) -> None:
    before = developer.head()
    bad = developer.commit({"a": b"1"}, "bad")
    assert repository.changed_paths(URL, before, developer.revert(bad)) == ()


def test_changes_since_nothing_or_an_unknown_commit_are_not_known(
    repository: GitRepository, developer: WorkingCopy
) -> None:
    assert repository.changed_paths(URL, "0" * 40, developer.head()) is None
    assert repository.changed_paths(URL, developer.head(), "0" * 40) is None
    assert repository.changed_paths(URL, "12" * 20, developer.head()) is None


def test_metadata_is_what_the_author_wrote(
    repository: GitRepository, server: SandboxGit, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    git("clone", "-q", server.served_url(NAME), str(clone))
    message = "Bump the API\n\nBecause of ✓."
    when = "2026-03-01T23:30:00+02:00"
    git(
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        message,
        f"--date={when}",
        "--author=Zoë <zoe@example.invalid>",
        cwd=clone,
    )
    git("push", "-q", cwd=clone)
    commit = git("rev-parse", "HEAD", cwd=clone)
    found = repository.metadata(URL, commit)
    assert (found.commit, found.author) == (commit, "Zoë <zoe@example.invalid>")
    assert (found.date, found.message) == ("2026-03-01T21:30:00Z", message)


# being refused


@pytest.fixture
def private(server: SandboxGit) -> SandboxGit:
    server.protect(NAME, "x-access-token", "p4ss/w:rd")
    return server


def test_the_right_token_opens_a_private_repository(private: SandboxGit, tmp_path: Path) -> None:
    inside = reader(private, tmp_path / "c", RepositoryCredential("x-access-token", SecretText("p4ss/w:rd")))
    commit = inside.resolve(URL, "main")
    assert "README.md" in files_of(inside.fetch(URL, commit))


def test_a_token_written_into_the_url_works_and_is_never_shown(private: SandboxGit, tmp_path: Path) -> None:
    written = "https://x-access-token:p4ss%2Fw%3Ard@github.com/my-org/shop.git"
    inside = reader(private, tmp_path / "c")
    assert inside.fetch(written, "main").repo_url == URL
    with pytest.raises(NotFoundError) as caught:
        inside.resolve(written, "nope")
    assert "p4ss" not in str(caught.value)


@pytest.mark.parametrize(
    ("credential", "problem"),
    [
        (None, "wants a username and password"),
        (RepositoryCredential("x-access-token", SecretText("wr0ng")), "refuses the username and password"),
    ],
)
def test_without_the_right_token_nobody_enters(
    private: SandboxGit, tmp_path: Path, credential: RepositoryCredential | None, problem: str
) -> None:
    outside = reader(private, tmp_path / "c", credential)
    for attempt in (lambda: outside.resolve(URL, "main"), lambda: outside.fetch(URL, "12" * 20)):
        with pytest.raises(UnauthenticatedError, match=problem) as caught:
            attempt()
        assert URL in str(caught.value)
        assert "wr0ng" not in str(caught.value)


def test_an_unknown_repository_is_not_found(repository: GitRepository) -> None:
    with pytest.raises(NotFoundError, match=r"https://github\.com/my-org/nope\.git: does not exist"):
        repository.resolve("https://github.com/my-org/nope.git", "")


def test_a_server_that_is_away_is_unavailable(server: SandboxGit, tmp_path: Path) -> None:
    url = server.url
    server.stop()
    repository = LibgitRepository(tmp_path / "c", lambda _: None, lambda _: f"{url}/{NAME}.git")
    with pytest.raises(UnavailableError, match=r"https://github\.com/my-org/shop\.git"):
        repository.resolve(URL, "main")


@pytest.mark.parametrize(
    "url",
    [
        "file:///srv/git/shop.git",
        "/srv/git/shop.git",
        "../shop.git",
        "git://github.com/a/b",
        "ext::sh -c id",
        "C:/a",
    ],
)
def test_local_paths_and_odd_transports_are_refused(
    repository: GitRepository, tmp_path: Path, url: str
) -> None:
    git("init", "-q", "--bare", str(tmp_path / "shop.git"))
    for written in (url, str(tmp_path / "shop.git"), f"file://{tmp_path}/shop.git"):
        with pytest.raises(InvalidSpecError, match="neither https nor http"):
            repository.resolve(written, "")


# damage


def test_a_damaged_clone_is_made_anew(
    repository: GitRepository, developer: WorkingCopy, tmp_path: Path
) -> None:
    repository.fetch(URL, developer.head())
    commit = developer.commit({"a": b"1"}, "next")
    (bare,) = (tmp_path / "cache").glob("boot-*/*/bare.git")
    for pack in bare.glob("objects/pack/*"):
        pack.chmod(0o600)
        pack.write_bytes(b"garbage")
    assert files_of(repository.fetch(URL, commit))["a"] == ("100644", b"1")


def test_an_emptied_cache_is_filled_again(
    repository: GitRepository, developer: WorkingCopy, tmp_path: Path
) -> None:
    checkout = repository.fetch(URL, developer.head())
    shutil.rmtree(tmp_path / "cache")
    with pytest.raises(UnavailableError, match="Fetch the commit again"):
        repository.object_ids(checkout, ["README.md"])
    assert files_of(repository.fetch(URL, checkout.commit))["README.md"] == ("100644", b"shop\n")


def test_an_extract_that_was_interrupted_is_completed(
    repository: GitRepository, developer: WorkingCopy
) -> None:
    checkout = repository.fetch(URL, developer.head())
    tree = Path(checkout.objects_dir, checkout.tree[:2], checkout.tree[2:])
    blob = repository.object_ids(checkout, ["README.md"])["README.md"]
    tree.unlink()
    Path(checkout.objects_dir, blob[:2], blob[2:]).unlink()
    (Path(checkout.objects_dir).parent / "commits" / checkout.commit).unlink()
    assert files_of(repository.fetch(URL, checkout.commit))["README.md"] == ("100644", b"shop\n")
