"""What a kubeconfig says, and what we refuse in it."""

from __future__ import annotations

import base64
import json
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.kubernetes.kubeconfig import KubeconfigCredentials
from shared.domain.access.secret_text import SecretText
from shared.errors import InvalidRequestError, NotFoundError, UnavailableError
from tests.controlplane.certificates import Authority, KeyPair
from tests.controlplane.control_plane import ControlPlane


def kubeconfig(user: dict[str, Any], **cluster: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:6443/", **cluster}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": name, "context": {"cluster": "c", "user": "u"}} for name in ("prod", "dev")],
        "current-context": "prod",
    }


def plugin(folder: Path, script: str) -> dict[str, Any]:
    """A user whose token comes from a program."""
    program = folder / "plugin.sh"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": str(program),
            "interactiveMode": "Never",
        }
    }


def credential(status: dict[str, Any]) -> str:
    body = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}
    return f"cat <<'END'\n{json.dumps(body)}\nEND"


@pytest.fixture
def pair(tmp_path: Path) -> KeyPair:
    return Authority(tmp_path).client("somebody", "somewhere")


def test_a_token_and_the_server_are_read() -> None:
    access = KubeconfigCredentials(kubeconfig({"token": "t"})).access("")
    assert (access.server, access.token, access.expires_at) == ("https://127.0.0.1:6443", SecretText("t"), 0)
    assert access.insecure_skip_tls_verify is False


def test_a_plain_http_server_takes_a_token() -> None:
    access = KubeconfigCredentials(kubeconfig({"token": "t"}, server="http://127.0.0.1:8080")).access("dev")
    assert (access.server, access.token) == ("http://127.0.0.1:8080", SecretText("t"))


def test_certificates_are_read_from_data_and_from_files(pair: KeyPair) -> None:
    def encoded(path: Path) -> str:
        return base64.b64encode(path.read_bytes()).decode()

    in_files = kubeconfig(
        {"client-certificate": str(pair.certificate), "client-key": str(pair.key)},
        **{"certificate-authority": str(pair.certificate)},
    )
    in_data = kubeconfig(
        {"client-certificate-data": encoded(pair.certificate), "client-key-data": encoded(pair.key)},
        **{"certificate-authority-data": encoded(pair.certificate)},
    )
    by_files = KubeconfigCredentials(in_files).access("")
    by_data = [KubeconfigCredentials(in_data).access("") for _ in range(2)]
    assert by_data == [by_files, by_files]
    assert by_files.ca_pem == by_files.client_certificate_pem == pair.certificate.read_text()
    assert by_files.client_key_pem == SecretText(pair.key.read_text())


def test_files_are_found_beside_the_kubeconfig_that_names_them(tmp_path: Path, pair: KeyPair) -> None:
    content = kubeconfig({"token": "t"}, **{"certificate-authority": pair.certificate.name})
    file = tmp_path / "config"
    file.write_text(json.dumps(content))
    assert KubeconfigCredentials(file).access("").ca_pem == pair.certificate.read_text()


def test_several_files_are_one_kubeconfig(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text(json.dumps(kubeconfig({"token": "t"})))
    other = kubeconfig({"token": "t"})
    other["contexts"] = [{"name": "test", "context": {"cluster": "c", "user": "u"}}]
    second.write_text(json.dumps(other))
    assert KubeconfigCredentials(f"{first}:{second}").contexts() == ("prod", "dev", "test")


def test_a_file_is_read_again_only_on_renewal(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(json.dumps(kubeconfig({"token": "old"})))
    credentials = KubeconfigCredentials(file)
    assert credentials.access("").token == SecretText("old")
    file.write_text(json.dumps(kubeconfig({"token": "new"})))
    assert credentials.access("").token == SecretText("old")
    assert credentials.access("", renew=True).token == SecretText("new")


def test_a_plugin_gives_a_token_and_says_how_long_it_lasts(tmp_path: Path) -> None:
    user = plugin(tmp_path, credential({"token": "short", "expirationTimestamp": "2030-01-01T00:00:00Z"}))
    access = KubeconfigCredentials(kubeconfig(user)).access("")
    assert (access.token, access.expires_at) == (SecretText("short"), 1893456000)


@pytest.mark.parametrize("script", ["echo no login >&2; exit 1", "echo no json", credential({})])
def test_a_plugin_that_gives_nothing_is_an_error_for_later(tmp_path: Path, script: str) -> None:
    with pytest.raises(UnavailableError, match="'u': its exec plugin gave neither a token nor a certificate"):
        KubeconfigCredentials(kubeconfig(plugin(tmp_path, script))).access("")


def test_an_unknown_context_names_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match=r"no context 'test'\. It has prod, dev"):
        KubeconfigCredentials(kubeconfig({"token": "t"})).access("test")


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        (kubeconfig({"username": "u", "password": "secret-word"}), "passwords are not supported"),
        (kubeconfig({"token": "t"}, **{"tls-server-name": "x"}), "tls-server-name 'x' is not supported"),
        (kubeconfig({"client-certificate": "/nowhere/at/all"}), "File does not exist"),
        ({"apiVersion": "v1"}, "current-context"),
        (kubeconfig({"token": "t"}) | {"clusters": []}, "Expected object with name c"),
    ],
)
def test_what_cannot_work_is_refused_with_its_reason(broken: dict[str, Any], text: str) -> None:
    with pytest.raises(InvalidRequestError, match=text) as refused:
        KubeconfigCredentials(broken).access("")
    assert "secret-word" not in str(refused.value)


@pytest.mark.parametrize("content", [None, "", "{", "[]"])
def test_a_file_that_is_no_kubeconfig_is_refused_by_name(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "config"
    if content is not None:
        file.write_text(content)
    with pytest.raises(InvalidRequestError, match=r"Kubeconfig \S+config: "):
        KubeconfigCredentials(file).access("")


def test_a_client_certificate_opens_a_real_cluster(control_plane: ControlPlane) -> None:
    credentials = KubeconfigCredentials(control_plane.kubeconfig("somebody", certificate=True))
    assert credentials.access("").token is None
    with closing(KubernetesConnector(credentials)) as connector:
        assert connector.connect("").discovery.version().startswith("v1.")
        assert connector.connect("").discovery.types()


def test_a_server_with_a_certificate_of_another_authority_is_not_trusted(
    control_plane: ControlPlane, tmp_path: Path
) -> None:
    other = Authority(tmp_path).pair.certificate
    content = control_plane.kubeconfig()
    content["clusters"][0]["cluster"]["certificate-authority"] = str(other)
    with closing(KubernetesConnector(KubeconfigCredentials(content))) as connector:
        cluster = connector.connect("")
        with pytest.raises(UnavailableError, match="certificate verify failed"):
            cluster.discovery.version()


def test_verification_is_left_out_only_where_the_kubeconfig_says_so(control_plane: ControlPlane) -> None:
    content = control_plane.kubeconfig()
    content["clusters"][0]["cluster"] = {"server": control_plane.server, "insecure-skip-tls-verify": True}
    with closing(KubernetesConnector(KubeconfigCredentials(content))) as connector:
        assert connector.connect("").discovery.version().startswith("v1.")


def test_a_broken_certificate_is_an_error_that_shows_none_of_it(
    control_plane: ControlPlane, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.key"
    broken.write_text("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")
    content = control_plane.kubeconfig("somebody", certificate=True)
    content["users"][0]["user"]["client-key"] = str(broken)
    with pytest.raises(UnavailableError, match="cannot be read") as refused:
        KubernetesConnector(KubeconfigCredentials(content)).connect("")
    assert "c2VjcmV0" not in str(refused.value)


def test_a_plugins_token_is_replaced_shortly_before_its_end(tmp_path: Path) -> None:
    def expiring(seconds: int) -> str:
        return datetime.fromtimestamp(time.time() + seconds, UTC).isoformat()

    runs = tmp_path / "runs"
    status = {"token": "t", "expirationTimestamp": expiring(600)}
    lasting = KubeconfigCredentials(kubeconfig(plugin(tmp_path, f"echo >>{runs}\n{credential(status)}")))
    assert lasting.access("") is lasting.access("")
    assert len(runs.read_text()) == 1
    status["expirationTimestamp"] = expiring(10)
    ending = KubeconfigCredentials(kubeconfig(plugin(tmp_path, f"echo >>{runs}\n{credential(status)}")))
    assert ending.access("") is not ending.access("")
    assert len(runs.read_text()) == 3


def test_contexts_and_their_servers_are_told_without_running_a_plugin(tmp_path: Path) -> None:
    content = kubeconfig(plugin(tmp_path, f"touch {tmp_path}/ran"))
    content["contexts"].append({"name": "broken", "context": {"cluster": "gone", "user": "u"}})
    servers = KubeconfigCredentials(content).servers()
    assert servers == [("prod", "https://127.0.0.1:6443"), ("dev", "https://127.0.0.1:6443")]
    assert not (tmp_path / "ran").exists()
