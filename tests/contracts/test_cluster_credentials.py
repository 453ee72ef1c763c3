"""The promise of the port cluster_credentials: a kubeconfig with a plugin, and AKS by Azure's own SDK."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest

from sandbox.arm.entra import AKS_RESOURCE, SandboxEntra
from sandbox.arm.managed_cluster import ManagedCluster
from sandbox.arm.server import SandboxArm
from sandbox.cluster.server import SandboxCluster
from shared.adapters.azure.aks_arm import AksArm
from shared.adapters.azure.aks_credentials import AksCredentials
from shared.adapters.azure.entra_tokens import EntraTokens
from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.kubernetes.kubeconfig import KubeconfigCredentials
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.system.clock import SystemClock
from shared.errors import NotFoundError, UnauthenticatedError, UnavailableError
from shared.ports.cluster_credentials import ClusterAccess, ClusterCredentials
from tests.controlplane.polling import eventually


class CredentialWorld(Protocol):
    """Credentials, the cluster that they lead to, and what may go wrong between the two."""

    reference: str
    unknown: str
    entra: SandboxEntra

    def credentials(self) -> ClusterCredentials:
        """Credentials that remember nothing."""
        ...

    def asked(self) -> int:
        """How often somebody outside was asked for a token."""
        ...

    def break_down(self) -> None:
        """From now on nobody gives tokens."""
        ...


class PluginWorld:
    """A kubeconfig whose user is a program, as `kubelogin` writes it."""

    reference, unknown = "shop", "elsewhere"

    def __init__(self, folder: Path, cluster: SandboxCluster, entra: SandboxEntra) -> None:
        self.entra, self._folder = entra, folder
        self._program, self._runs = folder / "plugin.sh", folder / "runs"
        self._runs.touch()
        user = {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": str(self._program),
            "interactiveMode": "Never",
        }
        document = cluster.kubeconfig()
        document["users"][0]["user"] = {"exec": user}
        document["contexts"][0]["name"] = document["current-context"] = self.reference
        self._file = folder / "config"
        self._file.write_text(json.dumps(document))

    def credentials(self) -> ClusterCredentials:
        return _Replenished(KubeconfigCredentials(self._file), self._issue)

    def asked(self) -> int:
        return len(self._runs.read_text())

    def break_down(self) -> None:
        self._issue = lambda: None  # type: ignore[method-assign]
        self._write("exit 1")

    def _issue(self) -> None:
        """The plugin of the next run has a token of its own."""
        token = self.entra.issue(AKS_RESOURCE)
        ends = datetime.fromtimestamp(token.expires_on, UTC).isoformat()
        credential = {
            "apiVersion": "client.authentication.k8s.io/v1",
            "kind": "ExecCredential",
            "status": {"token": token.text, "expirationTimestamp": ends},
        }
        self._write(f"printf x >>{self._runs}\ncat <<'END'\n{json.dumps(credential)}\nEND")

    def _write(self, script: str) -> None:
        written = self._program.with_name(uuid4().hex)
        written.write_text(f"#!/bin/sh\n{script}\n")
        written.chmod(0o700)
        written.replace(self._program)  # at once: another thread may be running it


class _Replenished:
    """Puts a new token into the plugin before each question."""

    def __init__(self, credentials: ClusterCredentials, issue: Callable[[], None]) -> None:
        self._credentials, self._issue = credentials, issue

    def access(self, reference: str, *, renew: bool = False) -> ClusterAccess:
        self._issue()
        return self._credentials.access(reference, renew=renew)


class AksWorld:
    """A managed cluster with Entra ID and without local accounts."""

    def __init__(self, stack: ExitStack, cluster: SandboxCluster, entra: SandboxEntra) -> None:
        self.entra = entra
        self._stack = stack
        self._arm = stack.enter_context(SandboxArm(entra))
        self.reference = self._arm.put(ManagedCluster("shop", cluster.url)).id
        self.unknown = self.reference.replace("shop", "elsewhere")
        self._credential = self._arm.credential()
        self._documents = MemoryDocumentStore()

    def credentials(self) -> ClusterCredentials:
        clock = SystemClock()
        arm = AksArm(self._credential, self._arm.url)
        made = AksCredentials(arm, EntraTokens(self._credential, clock), self._documents, clock)
        self._stack.callback(made.close)
        return made

    def asked(self) -> int:
        return self._credential.asked.count(f"{AKS_RESOURCE}/.default")

    def break_down(self) -> None:
        self._arm.break_down()


@pytest.fixture(params=["kubeconfig", "aks"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CredentialWorld]:
    entra = SandboxEntra()
    with ExitStack() as stack:
        cluster = stack.enter_context(SandboxCluster("shop"))
        cluster.trust(entra.opens_cluster)
        made: CredentialWorld = (
            PluginWorld(tmp_path, cluster, entra)
            if request.param == "kubeconfig"
            else AksWorld(stack, cluster, entra)
        )
        yield made


def token_of(access: ClusterAccess) -> str:
    assert access.token is not None
    return access.token.reveal()


def test_the_access_opens_the_cluster(world: CredentialWorld) -> None:
    with closing(KubernetesConnector(world.credentials())) as connector:
        assert connector.connect(world.reference).discovery.types()


def test_a_token_says_when_it_ends(world: CredentialWorld) -> None:
    access = world.credentials().access(world.reference)
    assert access.expires_at in {token.expires_on for token in world.entra.issued}


def test_nobody_is_asked_twice_while_the_token_is_good(world: CredentialWorld) -> None:
    credentials = world.credentials()
    found = {token_of(credentials.access(world.reference)) for _ in range(3)}
    assert (len(found), world.asked()) == (1, 1)


def test_renewal_brings_another_token_once(world: CredentialWorld) -> None:
    credentials = world.credentials()
    old = credentials.access(world.reference)
    new = credentials.access(world.reference, renew=True)
    assert token_of(new) != token_of(old)
    assert credentials.access(world.reference) == new
    assert world.asked() == 2


def test_a_token_that_ends_soon_is_replaced_without_being_refused(world: CredentialWorld) -> None:
    world.entra.lifetime = timedelta(seconds=2)
    credentials = world.credentials()
    short = token_of(credentials.access(world.reference))
    world.entra.lifetime = timedelta(hours=1)
    eventually(lambda: token_of(credentials.access(world.reference)) != short, "another token", 5)
    assert world.asked() == 2


def test_a_refused_token_costs_one_renewal(world: CredentialWorld) -> None:
    credentials = world.credentials()
    with closing(KubernetesConnector(credentials)) as connector:
        cluster = connector.connect(world.reference)
        assert cluster.discovery.types()
        world.entra.revoke()
        assert cluster.discovery.types(fresh=True)
        assert cluster.discovery.types(fresh=True)
    assert world.asked() == 2


def test_who_is_refused_with_a_new_token_too_learns_it(world: CredentialWorld) -> None:
    with closing(KubernetesConnector(world.credentials())) as connector:
        cluster = connector.connect(world.reference)
        world.entra.lifetime = timedelta(seconds=-1)
        world.entra.revoke()
        with pytest.raises(UnauthenticatedError) as refused:
            cluster.discovery.types()
    assert not any(token.text in str(refused.value) for token in world.entra.issued)
    assert world.asked() == 2


def test_threads_that_come_together_ask_once(world: CredentialWorld) -> None:
    credentials = world.credentials()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: token_of(credentials.access(world.reference)), range(16)))
    assert (len(set(found)), world.asked()) == (1, 1)


def test_an_unknown_reference_is_named(world: CredentialWorld) -> None:
    with pytest.raises(NotFoundError, match="elsewhere"):
        world.credentials().access(world.unknown)


def test_without_anybody_to_ask_the_cluster_is_unavailable(world: CredentialWorld) -> None:
    world.break_down()
    with pytest.raises(UnavailableError):
        world.credentials().access(world.reference)


def test_no_token_can_be_seen(world: CredentialWorld) -> None:
    access = world.credentials().access(world.reference)
    assert token_of(access) not in f"{access} {access!r} {access.token}"
