"""Bodies that GitHub really sent, played through the door: none breaks it, none does what it should not."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import azure.functions as func
import pytest
from azure.functions.queue import QueueMessage

from functions import events_queue, github_webhook
from shared.domain.access.secret_text import SecretText
from shared.domain.events.git_push import GitPush
from tests.functions.doors import Output, http_request, user_function
from tests.services.worlds import Engine, application, config_map
from tests.webhook_examples.examples import (
    HOSTS,
    Example,
    examples,
    fields_of,
    pushes,
    replaced,
    without,
)

SECRET = "webhook-secret-that-nobody-sees"
Told = tuple[int, str, str | None]
# How many each host has: written down, so that the package is not needed to list the tests
PUSHES = {"api.github.com": 7, "ghes-31": 1, "ghes-32": 1, "ghes-33": 1, "ghes-34": 2, "ghes-35": 2}
# What a push cannot be understood without. Everything else may be missing
NEEDED = {
    ("ref",),
    ("before",),
    ("after",),
    ("repository",),
    ("repository", "clone_url"),
    ("repository", "default_branch"),
}
# What the door might read; anything is put in its place in every push, in place of the rest in one push
READ = {"ref", "before", "after", "commits", "forced", "created", "deleted", "head_commit", "clone_url"}
# What says which files changed, or which event led to the push: without it all of them may have
HINTS = {"commits", "forced"}
TWISTS: list[object] = [
    None,
    True,
    5,
    -1.5,
    "",
    "text",
    "ü\ud800",
    [],
    [None],
    {},
    {"a": {}},
    ["text", 5, {}],
]
FILES = {"shop/greeting.yaml": config_map("greeting"), "apart/page.yaml": config_map("page")}
CHANGED = {**FILES, "shop/greeting.yaml": config_map("greeting", "bye")}


@pytest.fixture(scope="module")
def knock() -> Callable[..., Told]:
    """Send one body: (status, text of the answer, message for the queue). Signed rightly unless told."""
    world = Engine(github_secrets=(SecretText(SECRET),))
    door = user_function(github_webhook.blueprint(world.read_github), "github_webhook")

    def send(body: bytes, event: str, secret: str = SECRET, **headers: str) -> Told:
        sent = {
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": "delivery-1",
            "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
            "Content-Type": "application/json",
            **headers,
        }
        queued = Output()
        answer: func.HttpResponse = door(http_request("POST", "/api/webhook", body, sent), queued)
        return answer.status_code, answer.get_body().decode(), queued.value

    return send


def encoded(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload).encode()


# Every body


@pytest.mark.parametrize("host", HOSTS)
def test_every_event_is_queued_or_told_why_not(
    knock: Callable[..., Told], host: str, record_property: Callable[[str, object], None]
) -> None:
    played = [example for example in examples() if example.host == host]
    wrong = [f"{each}: {told}" for each in played if not right(each, told := knock(each.body, each.event))]
    assert wrong == []
    counts = Counter(example.event for example in played)
    record_property(
        "closing_line",
        f"GitHub examples: {host} {counts.total()} bodies of {len(counts)} events, {counts['push']} pushes",
    )


def right(example: Example, told: Told) -> bool:
    status, text, message = told
    if example.event == "push":
        return (status, text) == (202, "") and says_the_same(example.payload, message)
    reason = "ping" if example.event == "ping" else f"'{example.event}' is not used"
    return status == 200 and message is None and reason in json.loads(text)["message"]


def says_the_same(payload: Mapping[str, Any], message: str | None) -> bool:
    push = GitPush.from_message(message or "")
    said = (push.repo_url, push.ref, push.before, push.after, push.default_branch, push.delivery)
    repository = payload["repository"]
    wanted = (repository["clone_url"], payload["ref"], payload["before"], payload["after"])
    return said == (*wanted, repository["default_branch"], "delivery-1")


def test_there_are_hundreds_of_them_and_each_push_among_them_is_tried() -> None:
    assert Counter(example.host for example in examples())["api.github.com"] > 300
    assert Counter(example.host for example in pushes()) == PUSHES


def test_signed_by_another_none_is_believed(knock: Callable[..., Told]) -> None:
    for example in examples():
        status, _, message = knock(example.body, example.event, secret="guessed")
        assert (status, message) == (401, None), str(example)


def test_a_signature_of_another_body_is_not_believed(knock: Callable[..., Told]) -> None:
    for one, other in zip(pushes(), pushes()[1:] + pushes()[:1], strict=True):
        stolen = hmac.new(SECRET.encode(), other.body + b" ", hashlib.sha256).hexdigest()
        told = knock(one.body, "push", **{"X-Hub-Signature-256": f"sha256={stolen}"})
        assert (told[0], told[2]) == (401, None), str(one)


def test_as_a_form_a_push_says_the_same(knock: Callable[..., Told]) -> None:
    for example in pushes():
        body = urlencode({"payload": example.body}).encode()
        told = knock(body, "push", **{"Content-Type": "application/x-www-form-urlencoded"})
        assert told == knock(example.body, "push"), str(example)


def test_under_the_name_of_a_push_another_body_queues_nothing_and_is_told_why(
    knock: Callable[..., Told],
) -> None:
    reasons = {400: "GitHub webhook: push has no ", 200: " is neither a branch nor a tag"}
    for example in (each for each in examples() if not set(fields_of(each.payload)) >= NEEDED):
        status, text, message = knock(example.body, "push")
        assert message is None, str(example)
        assert reasons[status] in json.loads(text)["message"], str(example)


# Whom a push wakes


@pytest.fixture(params=[f"{host} {number}" for host, count in PUSHES.items() for number in range(count)])
def push(request: pytest.FixtureRequest) -> Example:
    """Each push in turn."""
    host, number = request.param.split()
    (found,) = [each for each in pushes() if (each.host, each.number) == (host, int(number))]
    return found


def readers(url: str) -> dict[str, dict[str, Any]]:
    """Applications of every kind of targetRevision: of this repository, and of one beside it."""

    def source(revision: str, path: str = "shop", repo: str = url) -> dict[str, Any]:
        return {"repoURL": repo, "targetRevision": revision, "path": path}

    return {
        "branch": source("master"),
        "head": source("HEAD"),
        "whole-name": source("refs/heads/master"),
        "apart": source("master", "apart"),
        "tag": source("simple-tag"),
        "other-branch": source("develop"),
        "other-tag": source("v1"),
        "neighbour": source("master", repo=url.replace("Hello-World", "Hello-World-2")),
    }


BRANCH, TAG = "refs/heads/master", "refs/tags/simple-tag"
WOKEN = {BRANCH: {"branch", "head", "whole-name"}, TAG: {"tag"}}
NAMES = {BRANCH: ("master", "refs/heads/master"), TAG: ("simple-tag",)}


def world_of(push: Example) -> Engine:
    """Every reader Synced, as far as its ref is there; what the example tells of has happened since."""
    url, ref = push.payload["repository"]["clone_url"], push.payload["ref"]
    made = Engine(github_secrets=(SecretText(SECRET),))
    for repo in (url, url.replace("Hello-World", "Hello-World-2")):
        for name in ("simple-tag", "develop", "v1", "refs/heads/master", "master"):
            made.git.push(repo, FILES, name)
    for name, source in readers(url).items():
        target = {"server": "https://kubernetes.default.svc", "namespace": name}
        made.add(application(name, source=source, destination=target))
    made.run_for(5)
    assert {made.status(stored.ref).sync.value for stored in made.rows.statuses()} == {"Synced"}
    for name in NAMES[ref]:
        if push.payload["deleted"]:
            made.git.delete_branch(url, name)
        else:
            made.git.push(url, CHANGED, name)
    return made


def woken(world: Engine) -> set[str]:
    return {stored.ref.name for stored in world.rows.statuses() if "push" in stored.status.wake.reasons}


def taker(world: Engine) -> Callable[[str], None]:
    """The door of the events queue."""
    door = user_function(events_queue.blueprint(world.receive_event), "events_queue")
    return lambda text: door(QueueMessage(id="1", body=text))


def test_a_push_wakes_who_reads_that_ref_of_that_repository(
    push: Example, knock: Callable[..., Told]
) -> None:
    world, message = world_of(push), str(knock(push.body, "push")[2])
    take = taker(world)
    take(message)
    assert woken(world) == WOKEN[push.payload["ref"]]
    take(message)
    assert woken(world) == WOKEN[push.payload["ref"]], "GitHub sends it again"


def test_a_ref_that_comes_wakes_who_waits_for_it_and_one_that_goes_does_not(
    push: Example, knock: Callable[..., Told]
) -> None:
    payload, url = push.payload, push.payload["repository"]["clone_url"]
    world = Engine(github_secrets=(SecretText(SECRET),))
    world.git.push(url, FILES, "elsewhere")
    world.git.delete_branch(url, "HEAD")
    revision = NAMES[payload["ref"]][0]
    ref = world.add(
        application(source={"repoURL": url, "targetRevision": revision, "path": "shop"}),
    )
    world.run_for(5)
    assert world.state(ref)[0] == "Unknown"
    if not payload["deleted"]:
        world.git.push(url, FILES, revision)
    taker(world)(str(knock(push.body, "push")[2]))
    assert woken(world) == (set() if payload["deleted"] else {"shop"})
    world.run_for(5)
    assert world.state(ref)[0] == ("Unknown" if payload["deleted"] else "Synced")


# Twisted bodies


def test_without_a_field_a_push_is_refused_in_words_or_says_the_same(
    push: Example, knock: Callable[..., Told]
) -> None:
    whole = GitPush.from_message(str(knock(push.body, "push")[2]))
    for path in fields_of(push.payload):
        status, text, message = knock(encoded(without(push.payload, path)), "push")
        if path in NEEDED:
            assert (status, message) == (400, None), path
            assert str(path[-1]) in json.loads(text)["message"], path
            continue
        assert status == 202, path
        said = GitPush.from_message(str(message))
        assert said == (replace(said_less(whole, said)) if path[0] in HINTS else whole), path


def said_less(whole: GitPush, said: GitPush) -> GitPush:
    """The same push, with what a lost hint may take from it: the files may only become unknown, or fewer."""
    assert said.changed_paths is None or set(said.changed_paths) <= set(whole.changed_paths or ())
    return replace(whole, changed_paths=said.changed_paths, trace=said.trace)


def test_with_anything_in_place_of_a_field_a_push_is_refused_in_words_or_taken(
    push: Example, knock: Callable[..., Told]
) -> None:
    world = Engine(github_secrets=(SecretText(SECRET),))
    take = taker(world)
    for path in (path for path in fields_of(push.payload) if push.number == 4 or READ & set(path)):
        for value in TWISTS:
            body = encoded(replaced(push.payload, path, value))
            status, text, message = knock(body, "push")
            assert status in (200, 202, 400), (path, value)
            assert bool(message) == (status == 202), (path, value)
            assert status == 202 or json.loads(text)["message"], (path, value)
            if message and path[0] in ("ref", "before", "after", "commits", "forced", "repository"):
                take(message)
    assert not world.queue.peek(1)
