"""Repositories come, are tried, and go; their passwords are seen by nobody."""

from __future__ import annotations

import json

import pytest

from shared.domain.access.secret_text import SecretText
from shared.errors import InvalidRequestError, NotFoundError, UnauthenticatedError, UnavailableError
from shared.services.register_repository import RepositoryWish
from shared.services.repository_credentials import PARTITION, RepositoryCredentials
from tests.services.worlds import REPO, Engine, engine

TOKEN = SecretText("canary-of-the-repository")
OTHER = "https://github.com/my-org/another.git"


def wish(password: SecretText | None = TOKEN, url: str = REPO, **more: str) -> RepositoryWish:
    return RepositoryWish(url, "my-user" if password else "", password, **more)


def credential(world: Engine, url: str = REPO) -> tuple[str, str] | None:
    found = RepositoryCredentials(world.ports.documents, world.ports.credentials)(url)
    return (found.username, found.password.reveal()) if found else None


def test_what_is_registered_is_who_we_are_there() -> None:
    world = engine()
    view = world.register_repository(wish(name="charts"), upsert=False, who="tests")
    assert (view["repo"], view["username"], view["name"]) == (REPO, "my-user", "charts")
    assert view["connectionState"]["status"] == "Successful"
    assert credential(world) == ("my-user", TOKEN.reveal())


def test_no_row_no_view_and_no_audit_entry_holds_the_password() -> None:
    world = engine()
    world.register_repository(wish(), upsert=False, who="tests")
    rows = [row.body for row in world.ports.documents.scan(PARTITION).documents]
    entries, _ = world.audit.entries()
    assert (len(rows), len(entries)) == (1, 1)
    seen = json.dumps([rows, world.register_repository.many(), world.register_repository.one(REPO)])
    assert TOKEN.reveal() not in seen + str(entries)


def test_the_same_again_is_no_change_in_any_spelling() -> None:
    world = engine()
    world.register_repository(wish(), upsert=False, who="tests")
    world.register_repository(wish(), upsert=False, who="tests")
    assert len(world.audit.entries()[0]) == 1
    assert world.register_repository.one(REPO.removesuffix(".git"))["repo"] == REPO


def test_another_password_needs_upsert() -> None:
    world = engine()
    world.register_repository(wish(), upsert=False, who="tests")
    new = SecretText("new")
    with pytest.raises(InvalidRequestError, match="use upsert flag"):
        world.register_repository(wish(new), upsert=False, who="tests")
    assert credential(world) == ("my-user", TOKEN.reveal())
    world.register_repository(wish(new), upsert=True, who="tests")
    assert credential(world) == ("my-user", "new")


def test_what_does_not_answer_is_not_stored() -> None:
    world = engine()
    world.git.failures[REPO] = UnauthenticatedError(f"Repository {REPO}: refuses us")
    with pytest.raises(InvalidRequestError, match="refuses us"):
        world.register_repository(wish(), upsert=False, who="tests")
    assert credential(world) is None
    assert world.register_repository.many() == []
    assert world.ports.credentials.names() == []


def test_a_new_password_that_is_wrong_leaves_the_old_one() -> None:
    world = engine()
    world.register_repository(wish(name="old"), upsert=False, who="tests")
    world.git.failures[REPO] = UnauthenticatedError("refuses us")
    with pytest.raises(InvalidRequestError):
        world.register_repository(wish(SecretText("wrong"), name="new"), upsert=True, who="tests")
    assert credential(world) == ("my-user", TOKEN.reveal())
    assert world.register_repository.one(REPO)["name"] == "old"


def test_who_reads_the_repository_is_looked_at_again() -> None:
    world = engine()
    ref = world.add()
    world.run_for(5)
    assert not world.queue.peek(1)
    world.register_repository(wish(), upsert=False, who="tests")
    assert "refresh" in world.status(ref).wake.reasons


def test_the_list_says_of_each_whether_it_answers() -> None:
    world = engine()
    world.git.push(OTHER, {})
    world.register_repository(wish(), upsert=False, who="tests")
    world.register_repository(wish(None, OTHER), upsert=False, who="tests")
    world.git.failures[REPO] = UnavailableError("the server is away")
    states = {each["repo"]: each["connectionState"] for each in world.register_repository.many()}
    assert [states[url]["status"] for url in (OTHER, REPO)] == ["Successful", "Failed"]
    assert states[REPO]["message"] == "the server is away"


def test_one_without_a_user_does_not_hide_the_one_above_it() -> None:
    world = engine()
    world.git.push("https://github.com/my-org", {})
    world.register_repository(wish(url="https://github.com/my-org"), upsert=False, who="tests")
    world.register_repository(wish(None), upsert=False, who="tests")
    assert credential(world) == ("my-user", TOKEN.reveal())


def test_what_is_removed_leaves_nothing_behind() -> None:
    world = engine()
    world.register_repository(wish(), upsert=False, who="tests")
    world.register_repository.remove(REPO, who="tests")
    assert (credential(world), world.ports.credentials.names()) == (None, [])
    with pytest.raises(NotFoundError):
        world.register_repository.remove(REPO, who="tests")


@pytest.mark.parametrize(
    ("url", "user", "password"),
    [
        ("https://me:hunter2@github.com/my-org/shop", "", ""),
        ("git@github.com:my-org/shop.git", "", ""),
        ("ssh://git@github.com/my-org/shop.git", "", ""),
        ("file:///etc", "", ""),
        ("", "", ""),
        (REPO, "me", ""),
        (REPO, "", "hunter2"),
    ],
)
def test_what_is_said_wrongly_is_refused_without_repeating_a_secret(
    url: str, user: str, password: str
) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        RepositoryWish(url, user, SecretText(password) if password else None)
    assert "hunter2" not in str(caught.value)
