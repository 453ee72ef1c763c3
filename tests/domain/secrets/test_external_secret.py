"""ExternalSecrets as people write them, defaults filled in, mistakes named."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.domain.secrets.external_secret import CreationPolicy, ExternalSecret, RemoteEntry
from shared.errors import InvalidSpecError

SEED = Path(__file__).parents[3] / "sandbox" / "seed"
ENTRY = {"secretKey": "K", "remoteRef": {"key": "name"}}


def parsed(*data: Any, **spec: Any) -> ExternalSecret:
    return ExternalSecret.parse(
        {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ExternalSecret",
            "metadata": {"name": "app", "namespace": "shop"},
            "spec": {"secretStoreRef": {"name": "vault"}, "data": list(data) or [ENTRY], **spec},
        }
    )


def test_the_users_file_is_read_as_it_stands() -> None:
    manifest = yaml.safe_load((SEED / "external-secret.yaml").read_text())
    assert ExternalSecret.parse(manifest) == ExternalSecret(
        "production",
        "ai-app-secrets",
        ("ClusterSecretStore", "azure-keyvault-store"),
        "ai-app-env-secrets",
        (
            RemoteEntry("OPENAI_API_KEY", "openai-api-key"),
            RemoteEntry("DATABASE_URL", "db-connection-string"),
        ),
        interval=timedelta(hours=1),
    )


def test_defaults_are_those_of_the_definition() -> None:
    found = parsed()
    assert (found.target, found.store, found.interval) == (
        "app",
        ("SecretStore", "vault"),
        timedelta(hours=1),
    )
    assert (found.creation, found.periodic) == (CreationPolicy.OWNER, True)


@pytest.mark.parametrize("key", ["Name-1", "secret/NAME-1", "secret/name-1/ignored"])
def test_the_key_of_a_vault(key: str) -> None:
    assert parsed({"secretKey": "K", "remoteRef": {"key": key}}).entries[0].name == "name-1"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("cert/name", "cert/ is not built"),
        ("key/name", "key/ is not built"),
        ("other/name", "is no name"),
        ("a_b", "is no name"),
        ("", "is no name"),
    ],
)
def test_keys_that_are_none_are_refused(key: str, words: str) -> None:
    with pytest.raises(InvalidSpecError, match=words):
        parsed({"secretKey": "K", "remoteRef": {"key": key}})


def test_a_pinned_version_is_a_source_of_its_own_and_is_not_followed() -> None:
    pinned = {"secretKey": "P", "remoteRef": {"key": "name", "version": "abc"}}
    found = parsed(ENTRY, pinned)
    assert [entry.source for entry in found.entries] == ["name", "name/abc"]
    assert parsed(pinned).followed == frozenset()


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"dataFrom": [{"find": {}}]}, r"spec\.dataFrom is not built yet"),
        ({"syncWindows": {"kind": "allow"}}, r"spec\.syncWindows is not built yet"),
        ({"target": {"template": {"data": {"a": "b"}}}}, r"spec\.target\.template is not built yet"),
        ({"target": {"manifest": {"kind": "ConfigMap"}}}, r"spec\.target\.manifest is not built yet"),
        ({"target": {"deletionPolicy": "Delete"}}, r"deletionPolicy other than Retain is not built yet"),
        ({"target": {"creationPolicy": "Mine"}}, r"creationPolicy is 'Mine'. Write one of Owner, Orphan"),
        ({"secretStoreRef": {}}, r"spec\.secretStoreRef\.name is missing"),
        ({"secretStoreRef": {"name": "x", "kind": "Vault"}}, r"kind is 'Vault'"),
        ({"refreshInterval": "often"}, r"refreshInterval is no duration"),
        ({"refreshPolicy": "Never"}, r"refreshPolicy is 'Never'"),
    ],
)
def test_what_cannot_be_done_is_named(spec: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidSpecError, match=words):
        parsed(**spec)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({**ENTRY, "sourceRef": {"generatorRef": {"name": "x"}}}, "sourceRef is not built yet"),
        ({"secretKey": "a b", "remoteRef": {"key": "n"}}, "secretKey is 'a b'"),
        ({"secretKey": "", "remoteRef": {"key": "n"}}, "secretKey is ''"),
        ({"secretKey": "K", "remoteRef": {"key": "n", "metadataPolicy": "Fetch"}}, "Fetch is not built yet"),
        (
            {"secretKey": "K", "remoteRef": {"key": "n", "nullBytePolicy": "Fail"}},
            "nullBytePolicy is not built",
        ),
        (
            {"secretKey": "K", "remoteRef": {"key": "n", "decodingStrategy": "Hex"}},
            "decodingStrategy is 'Hex'",
        ),
    ],
)
def test_an_entry_that_cannot_be_read_is_named(entry: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidSpecError, match=words):
        parsed(entry)


def test_a_key_that_comes_twice_is_refused() -> None:
    with pytest.raises(InvalidSpecError, match="secretKey 'K' twice"):
        parsed(ENTRY, ENTRY)


def test_without_data_there_is_nothing_to_do() -> None:
    with pytest.raises(InvalidSpecError, match=r"spec\.data is missing or empty"):
        parsed(data=[])


@pytest.mark.parametrize(
    ("spec", "periodic"),
    [
        ({"refreshInterval": "0"}, False),
        ({"refreshInterval": "0s"}, False),
        ({"refreshPolicy": "OnChange"}, False),
        ({"refreshPolicy": "CreatedOnce"}, False),
        ({"refreshInterval": "30s"}, True),
    ],
)
def test_who_follows_the_vault(spec: dict[str, Any], periodic: bool) -> None:
    assert parsed(**spec).periodic is periodic
