"""The control URL of a whole demo, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.demo.checks import all_healthy
from sandbox.demo.secret_checks import value_of
from sandbox.demo.world import DemoWorld, eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo-control")]
_LIVE_SECONDS = 60


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with DemoWorld() as running:
        assert eventually(lambda: all_healthy(running), _LIVE_SECONDS)
        yield running


def post(world: DemoWorld, verb: str, **fields: Any) -> requests.Response:
    return requests.post(f"{world.control.url}/{verb}", json=fields, timeout=30)


def done(world: DemoWorld, verb: str, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answer, and its effect once it is live."""
    answer = post(world, verb, **fields)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    effect: dict[str, Any] = {}

    def live() -> bool:
        effect.update(requests.get(f"{world.control.url}{document['effect']}", timeout=30).json())
        return bool(effect["live"])

    assert eventually(live, _LIVE_SECONDS), effect
    return document, effect


def test_it_listens_on_this_machine_and_lists_its_verbs(world: DemoWorld) -> None:
    assert world.control.url.startswith("http://127.0.0.1:")
    listed = requests.get(world.control.url, timeout=30).json()
    assert listed["sandbox"] == "tidegate"
    fields = {verb["name"]: list(verb["fields"]) for verb in listed["verbs"]}
    assert fields == {
        "push-image": ["repository", "tag"],
        "drift": ["namespace", "name", "replicas"],
        "set-secret": ["name", "value"],
        "revert": ["commit"],
    }


def test_an_image_is_pushed_deployed_and_reverted(world: DemoWorld) -> None:
    pushed, effect = done(world, "push-image", repository="myacr.azurecr.io/milvus")
    assert pushed["image"] == "myacr.azurecr.io/milvus:v2.6.5"
    assert pushed["look"] == [f"{world.url}/applications/argocd/milvus"]
    assert world.image_of("milvus", "milvus") == pushed["image"]
    assert [step["name"] for step in effect["steps"]] == [
        "registry event",
        "commit",
        "push event",
        "rollout",
        "Healthy",
    ]
    head = world.copy.head()
    again = post(world, "push-image", repository="milvus", tag="v2.6.5")
    assert (again.status_code, again.json()["field"]) == (409, "tag")
    reverted, effect = done(world, "revert", commit=head[:10])
    assert (reverted["reverted"], reverted["applications"]) == (head, ["milvus"])
    assert world.copy.head() == reverted["commit"]
    assert world.image_of("milvus", "milvus") == "myacr.azurecr.io/milvus:v2.6.4"
    assert effect["steps"][-1]["text"].startswith("milvus is Synced, Healthy")


def test_an_image_that_nobody_follows_leads_to_its_event_alone(world: DemoWorld) -> None:
    pushed, effect = done(world, "push-image", repository="shop", tag="1.0")
    assert (pushed["applications"], pushed["look"]) == ([], [f"{world.url}/applications"])
    assert [step["name"] for step in effect["steps"]] == ["registry event"]


def test_replicas_changed_by_hand_are_put_back(world: DemoWorld) -> None:
    drifted, effect = done(world, "drift", namespace="tools", name="echo", replicas=4)
    assert (drifted["before"], drifted["applications"]) == (1, ["tools"])
    assert [step["name"] for step in effect["steps"]] == ["put back", "Healthy"]
    assert world.replicas_of("tools", "echo") == 1


def test_a_secret_reaches_the_cluster_and_is_told_nowhere(world: DemoWorld) -> None:
    value = "sk-geheim-4711"
    document, effect = done(world, "set-secret", name="OpenAI-API-key", value=value)
    assert value_of(world, "OPENAI_API_KEY") == value
    assert (document["generated"], document["applications"]) == (False, ["secrets"])
    made, _ = done(world, "set-secret", name="openai-api-key")
    random = value_of(world, "OPENAI_API_KEY")
    assert made["generated"]
    assert random not in (None, value)
    for told in (json.dumps([document, effect, made]), world.tidegate.log()):
        assert value not in told
        assert str(random) not in told


def test_a_secret_that_is_set_to_the_same_value_is_live_too(world: DemoWorld) -> None:
    done(world, "set-secret", name="db-connection-string", value="postgres://same")
    _, effect = done(world, "set-secret", name="db-connection-string", value="postgres://same")
    assert [step["name"] for step in effect["steps"]] == ["vault event", "Secret", "Healthy"]


def test_a_secret_that_nobody_reads_leads_to_its_event_alone(world: DemoWorld) -> None:
    document, effect = done(world, "set-secret", name="unread", value="x")
    assert "no ExternalSecret reads it" in document["done"]
    assert [step["name"] for step in effect["steps"]] == ["vault event"]


@pytest.mark.parametrize(
    ("verb", "fields", "status", "field"),
    [
        ("push-image", {"repository": "Shop"}, 400, "repository"),
        ("push-image", {"repository": "docs-site:1"}, 400, "repository"),
        ("push-image", {"repository": "unheard-of"}, 400, "tag"),
        ("push-image", {"tag": "-1"}, 400, "tag"),
        ("push-image", {"tag": "2025.11"}, 409, "tag"),
        ("drift", {"replicas": "five"}, 400, "replicas"),
        ("drift", {"replicas": 3}, 409, "replicas"),
        ("drift", {"name": "A_b"}, 400, "name"),
        ("drift", {"name": "nobody"}, 404, "name"),
        ("drift", {"replica": 4}, 400, "replica"),
        ("set-secret", {}, 400, "name"),
        ("set-secret", {"name": "a/b"}, 400, "name"),
        ("set-secret", {"name": "a", "value": "geheim" * 5000}, 400, "value"),
        ("set-secret", {"name": "a", "value": ["geheim"]}, 400, "value"),
        ("revert", {"commit": "HEAD~1"}, 400, "commit"),
        ("revert", {"commit": "f" * 40}, 404, "commit"),
        ("unheard-of", {}, 404, "path"),
    ],
)
def test_what_is_wrong_is_refused_with_the_field_and_the_way_out(
    world: DemoWorld, verb: str, fields: dict[str, Any], status: int, field: str
) -> None:
    answer = post(world, verb, **fields)
    body = answer.json()
    assert (answer.status_code, body["field"]) == (status, field)
    assert body["message"] == f"{body['subject']}: {body['field']} {body['problem']}. {body['wayOut']}"
    assert "geheim" not in answer.text


def test_the_first_commit_is_not_reverted(world: DemoWorld) -> None:
    repository = world.git.repository("my-org/helm-charts")
    assert repository is not None
    repo = repository.open()
    first = str(list(repo.walk(world.copy.head()))[-1].id)
    repo.free()
    answer = post(world, "revert", commit=first)
    assert answer.status_code == 400
    assert "is the first one" in answer.json()["problem"]


def test_a_commit_whose_lines_have_changed_since_is_not_reverted(world: DemoWorld) -> None:
    older = world.copy.commit({"notes.md": b"one\n"}, "One")
    world.copy.commit({"notes.md": b"two\n"}, "Two")
    answer = post(world, "revert", commit=older)
    assert (answer.status_code, answer.json()["field"]) == (409, "commit")
    assert "later commits changed the same lines" in answer.json()["message"]


def test_while_git_refuses_the_revert_is_not_done_and_the_reason_is_told(world: DemoWorld) -> None:
    repository = world.git.repository("my-org/helm-charts")
    assert repository is not None
    world.copy.commit({"notes.md": b"three\n"}, "Three")
    before = world.copy.head()
    repository.login = ("nobody", "knows")
    try:
        answer = post(world, "revert")
    finally:
        repository.login = None
    assert answer.status_code == 502
    assert answer.json()["message"].startswith("The demo could not do that: ")
    assert world.copy.head() == before


@pytest.mark.parametrize(
    ("headers", "body", "status", "field"),
    [
        ({"Content-Type": "text/plain"}, b"{}", 415, "Content-Type"),
        ({}, b"{}", 415, "Content-Type"),
        ({"Content-Type": "application/json"}, b'{"value": "geheim"', 400, "body"),
        ({"Content-Type": "application/json"}, b"[]", 400, "body"),
        ({"Content-Type": "application/json"}, b" " * 300_000, 413, "body"),
        ({"Content-Type": "application/json", "Host": "evil.example"}, b"{}", 403, "Host"),
    ],
)
def test_a_page_of_another_site_and_what_is_no_json_are_refused(
    world: DemoWorld, headers: dict[str, str], body: bytes, status: int, field: str
) -> None:
    before = world.images.registry.store.tags("docs-site").keys()
    answer = requests.post(f"{world.control.url}/push-image", body, headers=headers, timeout=30)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert "geheim" not in answer.text
    assert world.images.registry.store.tags("docs-site").keys() == before


def test_an_effect_that_nobody_knows_is_not_found(world: DemoWorld) -> None:
    for number in ("99999", "-1", "x"):
        assert requests.get(f"{world.control.url}/effects/{number}", timeout=30).status_code == 404


def test_while_tidegate_is_away_a_verb_says_so_and_does_nothing(world: DemoWorld) -> None:
    before = world.images.registry.store.tags("docs-site").keys()
    world.tidegate.stop()
    try:
        answer = post(world, "push-image")
        assert answer.status_code == 502
        assert answer.json()["message"].startswith("The demo could not do that: ")
        assert world.images.registry.store.tags("docs-site").keys() == before
    finally:
        world.connect(world.tidegate.start())
    assert eventually(lambda: all_healthy(world), _LIVE_SECONDS)
