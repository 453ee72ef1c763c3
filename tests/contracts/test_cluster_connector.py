"""The promise of the port cluster_connector: who we are, and what becomes of a refusal or a silence."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.domain.access.secret_text import SecretText
from shared.errors import NotFoundError, UnauthenticatedError, UnavailableError
from shared.ports.cluster_connector import Cluster
from shared.ports.cluster_credentials import ClusterAccess
from tests.controlplane.cluster_world import ClusterWorld
from tests.controlplane.objects import config_map


class CountedCredentials:
    """Credentials in memory: refused tokens at first, a right one after `renewals` renewals."""

    def __init__(self, right: ClusterAccess, renewals: int) -> None:
        self._right, self._renewals = right, renewals
        self.renewed = 0

    def access(self, reference: str, *, renew: bool = False) -> ClusterAccess:
        self.renewed += renew
        if self.renewed >= self._renewals:
            return self._right
        return replace(self._right, token=SecretText("expired-token"), client_certificate_pem="")


@pytest.fixture
def access(cluster_world: ClusterWorld) -> ClusterAccess:
    return cluster_world.credentials.access("")


@pytest.fixture
def port_without_a_server() -> Iterator[int]:
    """A port that is bound, so that nobody else takes it, and not listened on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def read(world: ClusterWorld, cluster: Cluster) -> object:
    return cluster.objects.get(world.type("Namespace"), "", "default")


def test_a_refused_token_is_renewed_once_and_the_request_repeated(
    cluster_world: ClusterWorld, access: ClusterAccess
) -> None:
    credentials = CountedCredentials(access, renewals=1)
    with closing(KubernetesConnector(credentials)) as connector:
        assert read(cluster_world, connector.connect("")) is not None
        assert read(cluster_world, connector.connect("")) is not None
    assert credentials.renewed == 1


def test_a_token_that_is_refused_again_is_an_error_without_the_token(
    cluster_world: ClusterWorld, access: ClusterAccess
) -> None:
    credentials = CountedCredentials(access, renewals=99)
    with closing(KubernetesConnector(credentials)) as connector:
        with pytest.raises(UnauthenticatedError) as refused:
            read(cluster_world, connector.connect(""))
        assert "expired-token" not in str(refused.value)
        assert credentials.renewed == 1
        with pytest.raises(UnauthenticatedError):
            connector.connect("").discovery.types()
        with pytest.raises(UnauthenticatedError):
            next(connector.connect("").watch.watch(cluster_world.type("ConfigMap"), resource_version="1"))


def test_threads_that_are_refused_together_renew_together(
    cluster_world: ClusterWorld, access: ClusterAccess
) -> None:
    credentials = CountedCredentials(access, renewals=1)
    with closing(KubernetesConnector(credentials)) as connector, ThreadPoolExecutor(8) as pool:
        cluster = connector.connect("")
        answers = list(pool.map(lambda _: read(cluster_world, cluster), range(32)))
    assert None not in answers
    assert credentials.renewed == 1


def test_a_cluster_that_is_away_is_unavailable(
    cluster_world: ClusterWorld, access: ClusterAccess, port_without_a_server: int
) -> None:
    scheme = access.server.partition(":")[0]
    gone = replace(access, server=f"{scheme}://127.0.0.1:{port_without_a_server}")
    with closing(KubernetesConnector(CountedCredentials(gone, renewals=0))) as connector:
        cluster, type = connector.connect(""), cluster_world.type("ConfigMap")
        for ask in (
            lambda: cluster.objects.get(type, "default", "a"),
            lambda: cluster.objects.apply(type, config_map("default", "a")),
            lambda: list(cluster.objects.list_pages(type)),
            cluster.discovery.types,
            lambda: next(cluster.watch.watch(type, resource_version="1")),
        ):
            with pytest.raises(UnavailableError, match=f"{port_without_a_server} did not answer: .*refused"):
                ask()


def test_an_unknown_reference_names_the_known_ones(cluster_world: ClusterWorld) -> None:
    connector = KubernetesConnector(cluster_world.credentials)
    with pytest.raises(NotFoundError, match=r"has no context 'elsewhere'\. It has "):
        connector.connect("elsewhere")


def test_the_same_reference_is_the_same_connection(cluster_world: ClusterWorld) -> None:
    with closing(KubernetesConnector(cluster_world.credentials)) as connector:
        assert connector.connect("") is connector.connect("")


def test_a_server_that_people_call_otherwise_is_found(
    cluster_world: ClusterWorld, access: ClusterAccess
) -> None:
    written = CountedCredentials(replace(access, server="https://shop.example.test/k8s"), renewals=0)
    names = {
        "https://shop.example.test": "https://wrong.invalid",
        "https://shop.example.test/k8s": access.server,
    }
    with closing(KubernetesConnector(written, names)) as connector:
        assert connector.connect("").server == access.server
        assert read(cluster_world, connector.connect("")) is not None


def test_many_threads_share_one_cluster(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")

    def write_and_read(number: int) -> bool:
        applied = cluster_world.objects.apply(type, config_map(namespace, f"a{number}"))
        return cluster_world.objects.get(type, namespace, f"a{number}") == applied

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(write_and_read, range(40)))
