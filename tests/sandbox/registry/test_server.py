"""The registry of the sandbox, by what clients and receivers see of it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator

import pytest
import requests

from sandbox.registry.server import SandboxRegistry
from sandbox.registry.store import IMAGE_CONFIG, OCI_MANIFEST
from sandbox.registry.tokens import ACR_RESOURCE
from tests.sandbox.registry.receiver import Receiver


@pytest.fixture
def registry() -> Iterator[SandboxRegistry]:
    with SandboxRegistry() as server:
        yield server


def bearer(registry: SandboxRegistry, scope: str) -> dict[str, str]:
    """Who pushes with a user name and a password, as pipelines do."""
    registry.tokens.logins["ci"] = "its-password"
    url = f"{registry.url}/oauth2/token?service={registry.host}&scope={scope}"
    answer = requests.get(url, auth=("ci", "its-password"), timeout=5)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def test_an_image_is_pushed_and_pulled_over_http(registry: SandboxRegistry) -> None:
    push = bearer(registry, "repository:shop:push")
    config = b'{"os": "linux"}'
    digest = "sha256:" + hashlib.sha256(config).hexdigest()
    started = requests.post(f"{registry.url}/v2/shop/blobs/uploads/", headers=push, timeout=5)
    place = f"{registry.url}{started.headers['Location']}?digest={digest}"
    assert requests.put(place, config, headers=push, timeout=5).status_code == 201
    assert requests.put(place, b"else", headers=push, timeout=5).status_code == 400
    manifest = json.dumps({"config": {"mediaType": IMAGE_CONFIG, "digest": digest}}).encode()
    url = f"{registry.url}/v2/shop/manifests/1.0.0"
    headers = push | {"Content-Type": OCI_MANIFEST}
    assert requests.put(url, manifest, headers=headers, timeout=5).status_code == 201
    pull = bearer(registry, "repository:shop:pull") | {"Accept": OCI_MANIFEST}
    assert requests.get(url, headers=pull, timeout=5).content == manifest
    assert requests.get(f"{registry.url}/v2/shop/blobs/{digest}", headers=pull, timeout=5).content == config


def test_a_token_opens_only_what_it_was_given_for(registry: SandboxRegistry) -> None:
    registry.seed("shop", "1.0.0")
    headers = bearer(registry, "repository:other:pull")
    answer = requests.get(f"{registry.url}/v2/shop/tags/list", headers=headers, timeout=5)
    assert answer.status_code == 401
    assert 'scope="repository:shop:pull"' in answer.headers["WWW-Authenticate"]
    assert requests.get(f"{registry.url}/acr/v1/shop/_tags", timeout=5).status_code == 401


@pytest.mark.parametrize("resource", ["https://vault.azure.net", ACR_RESOURCE])
def test_only_an_entra_token_for_registries_is_exchanged(registry: SandboxRegistry, resource: str) -> None:
    token = registry.entra.issue(resource).text
    form = {"grant_type": "access_token", "service": registry.host, "access_token": token}
    answer = requests.post(f"{registry.url}/oauth2/exchange", data=form, timeout=5)
    assert answer.status_code == (200 if resource == ACR_RESOURCE else 401)


def test_a_push_is_told_once_with_the_headers_of_the_hook(registry: SandboxRegistry) -> None:
    with Receiver() as receiver:
        registry.add_hook(receiver.url, {"Authorization": "Bearer secret"})
        manifest = registry.push("team/shop", "1.0.0")
        assert registry.settle()
        ping, push = receiver.received
    assert (ping.body["action"], push.body["action"]) == ("ping", "push")
    assert push.headers["Authorization"] == "Bearer secret"
    target, request = push.body["target"], push.body["request"]
    assert (target["repository"], target["tag"], target["digest"]) == ("team/shop", "1.0.0", manifest.digest)
    assert request["host"] == "myacr.azurecr.io"


def test_what_was_lost_is_never_told_again(registry: SandboxRegistry) -> None:
    with Receiver() as receiver:
        registry.lose_webhooks()
        registry.add_hook(receiver.url, {})
        registry.push("shop", "1.0.0")
        registry.lose_webhooks(lost=False)
        assert registry.settle()
        assert receiver.received == []
    assert [letter.lost for letter in registry.deliveries] == [True, True]


def test_event_grid_gets_base64_in_its_own_schema(registry: SandboxRegistry) -> None:
    queue: list[str] = []
    registry.add_event_queue(queue.append)
    registry.push("shop", "1.0.0")
    (text,) = queue
    event = json.loads(base64.b64decode(text))
    assert (event["eventType"], event["subject"]) == (
        "Microsoft.ContainerRegistry.ImagePushed",
        "shop:1.0.0",
    )
