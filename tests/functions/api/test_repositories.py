"""Repositories over REST, in the shape of Argo CD."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.functions.doors import Client
from tests.services.worlds import REPO

PATH = "/api/v1/repositories"
ONE = f"{PATH}/{quote(REPO, safe='')}"
BODY = {"repo": REPO, "username": "my-user", "password": "canary", "type": "git", "name": "shop"}


@pytest.fixture
def client() -> Client:
    return Client().log_in()


def test_a_repository_is_created_listed_read_and_deleted(client: Client) -> None:
    assert client.call("GET", PATH).json["items"] is None
    created = client.call("POST", PATH, BODY)
    assert created.status == 200
    assert created.json["repo"] == REPO
    assert [each["repo"] for each in client.call("GET", PATH).json["items"]] == [REPO]
    read = client.call("GET", ONE)
    assert read.json["connectionState"]["status"] == "Successful"
    assert "canary" not in created.text + read.text + client.call("GET", PATH).text
    assert client.call("DELETE", ONE).json == {}
    assert client.call("GET", ONE).status == 404


def test_another_one_under_the_same_url_needs_upsert(client: Client) -> None:
    client.call("POST", PATH, BODY)
    other = {**BODY, "password": "another"}
    refused = client.call("POST", PATH, other)
    assert (refused.status, refused.json["code"]) == (400, 3)
    assert client.call("POST", f"{PATH}?upsert=true", other).status == 200


def test_an_update_is_of_what_exists(client: Client) -> None:
    assert client.call("PUT", ONE, BODY).status == 404
    client.call("POST", PATH, BODY)
    assert client.call("PUT", ONE, {**BODY, "name": "renamed"}).json["name"] == "renamed"


@pytest.mark.parametrize(
    ("field", "value"),
    [("sshPrivateKey", "canary"), ("insecure", True), ("githubAppPrivateKey", "canary"), ("type", "helm")],
)
def test_what_waits_is_told_and_not_lost(client: Client, field: str, value: object) -> None:
    told = client.call("POST", PATH, {**BODY, field: value})
    assert told.status == 400
    assert field in told.json["message"]
    assert "canary" not in told.text


@pytest.mark.parametrize("body", [{}, {"repo": 1}, {"repo": REPO, "password": ["x"]}])
def test_a_wrong_body_is_400(client: Client, body: dict[str, object]) -> None:
    assert client.call("POST", PATH, body).status == 400


def test_nobody_reads_repositories_without_a_login() -> None:
    assert Client().call("GET", PATH).status == 401
