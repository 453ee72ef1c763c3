"""The sandbox's vaults speak as Key Vault does, to whoever speaks HTTP; the SDK is in tests/contracts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.keyvault.secrets import SecretClient

from sandbox.arm.entra import SandboxCredential
from sandbox.vault.event_grid import webhook
from sandbox.vault.server import SandboxVaults
from shared.adapters.azure.vault_transport import transport_to
from shared.adapters.system.clock import SystemClock

VAULT = "https://ai-app-kv.vault.azure.net"


@pytest.fixture
def vaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxVaults]:
    with SandboxVaults(tmp_path, "ai-app-kv") as made:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made.ca_file))
        yield made


@pytest.fixture
def client(vaults: SandboxVaults) -> Iterator[SecretClient]:
    """The SDK with everything that it can do, its checks on."""
    transport = transport_to(VAULT, vaults.names[VAULT])
    with SecretClient(VAULT, SandboxCredential(vaults.entra), transport=transport) as made:
        yield made


def raw(vaults: SandboxVaults, path: str, **headers: str) -> requests.Response:
    sent = {"Host": "ai-app-kv.vault.azure.net", **headers}
    return requests.get(f"{vaults.names[VAULT]}{path}", headers=sent, timeout=5)


def test_a_stranger_is_challenged_and_told_nothing(vaults: SandboxVaults) -> None:
    vaults.set("ai-app-kv", "key", "value")
    answer = raw(vaults, "/secrets/key?api-version=7.4")
    assert answer.status_code == 401
    assert 'resource="https://vault.azure.net"' in answer.headers["WWW-Authenticate"]
    assert "authorization=" in answer.headers["WWW-Authenticate"]
    assert "value" not in answer.text


def test_a_token_for_another_resource_is_no_token(vaults: SandboxVaults) -> None:
    token = vaults.entra.issue("https://management.azure.com").text
    assert raw(vaults, "/secrets?api-version=7.4", Authorization=f"Bearer {token}").status_code == 401


def test_links_to_the_next_page_are_absolute_and_name_the_port(vaults: SandboxVaults) -> None:
    for number in range(26):
        vaults.set("ai-app-kv", f"key-{number}", "x")
    token = vaults.entra.issue("https://vault.azure.net").text
    page = raw(vaults, "/secrets?api-version=7.4&maxresults=1000", Authorization=f"Bearer {token}").json()
    assert len(page["value"]) == 25
    assert page["nextLink"].startswith(f"{VAULT}:443/secrets?")


def test_the_sdk_sets_and_reads_versions(client: SecretClient) -> None:
    first = client.set_secret("key", "one", tags={"team": "ai"}, content_type="text/plain")
    client.set_secret("key", "two")
    assert client.get_secret("key").value == "two"
    old = client.get_secret("key", first.properties.version)
    assert (old.value, old.properties.tags, old.properties.content_type) == (
        "one",
        {"team": "ai"},
        "text/plain",
    )
    assert len(list(client.list_properties_of_secret_versions("key"))) == 2


def test_the_sdk_disables_and_dates(client: SecretClient) -> None:
    client.set_secret("key", "one")
    expires = SystemClock().now().replace(microsecond=0) + timedelta(days=1)
    client.update_secret_properties("key", enabled=False, expires_on=expires)
    (found,) = client.list_properties_of_secrets()
    assert (found.enabled, found.expires_on) == (False, expires)


def test_the_sdk_deletes_and_recovers(client: SecretClient) -> None:
    client.set_secret("key", "one")
    client.begin_delete_secret("key").wait()
    assert list(client.list_properties_of_secrets()) == []
    client.begin_recover_deleted_secret("key").wait()
    assert client.get_secret("key").value == "one"


@pytest.mark.parametrize("size", [25_600, 25_601])
def test_a_value_has_at_most_25_kilobytes(client: SecretClient, size: int) -> None:
    if size == 25_600:
        client.set_secret("key", "x" * size)
        return
    with pytest.raises(Exception, match="larger than 25600 bytes"):
        client.set_secret("key", "x" * size)


def test_events_name_the_new_version_and_hold_no_value(vaults: SandboxVaults) -> None:
    told: list[bytes] = []
    vaults.events.subscribe(told.append)
    version = vaults.set("ai-app-kv", "Key", "the-value")
    vaults.change("ai-app-kv", "key", enabled=False)
    vaults.events.stop()
    (body,) = told
    event = json.loads(body)
    assert event["eventType"] == "Microsoft.KeyVault.SecretNewVersionCreated"
    assert event["data"]["Id"] == f"{VAULT}/secrets/Key/{version.id}"
    assert b"the-value" not in body


class _Receiver(BaseHTTPRequestHandler):
    received: list[tuple[str, str, Any]] = []  # noqa: RUF012 one receiver a test
    answers = True

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.received.append((self.headers["aeg-event-type"], self.headers["Authorization"], body))
        code = (body[0].get("data") or {}).get("validationCode") if self.answers else "other"
        data = json.dumps({"validationResponse": code}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[tuple[str, type[_Receiver]]]:
    kind = type("Receiver", (_Receiver,), {"received": []})
    server = HTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", kind
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_subscription_shakes_hands_first(
    vaults: SandboxVaults, receiver: tuple[str, type[_Receiver]]
) -> None:
    url, kind = receiver
    vaults.events.subscribe(webhook(url, "secret"))
    vaults.set("ai-app-kv", "key", "x")
    vaults.events.stop()
    assert [(each, proof) for each, proof, _ in kind.received] == [
        ("SubscriptionValidation", "Bearer secret"),
        ("Notification", "Bearer secret"),
    ]


def test_who_does_not_answer_the_handshake_gets_no_events(receiver: tuple[str, type[_Receiver]]) -> None:
    url, kind = receiver
    kind.answers = False
    with pytest.raises(ConnectionError, match="did not answer the handshake"):
        webhook(url, "secret")
