"""What is asked of Azure, how often, and what remains when Azure cannot be asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.arm.entra import AKS_RESOURCE, SandboxCredential, SandboxEntra
from sandbox.arm.managed_cluster import ManagedCluster
from sandbox.arm.server import SandboxArm
from shared.adapters.azure.aks_arm import AksArm
from shared.adapters.azure.aks_credentials import AksCredentials
from shared.adapters.azure.entra_tokens import EntraTokens
from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.adapters.memory.document_store import MemoryDocumentStore
from shared.adapters.system.clock import FixedClock
from shared.domain.access.secret_text import SecretText
from shared.errors import InvalidRequestError, NotFoundError, PermissionDeniedError, UnavailableError
from shared.ports.document_store import Document
from tests.adapters.azure.tls_server import TlsServer
from tests.controlplane.certificates import Authority

SHOP = ManagedCluster("shop", "https://shop.hcp.eastus.azmk8s.io:443", ca_pem="CA", tags={"tidegate": "yes"})
LOCAL = ManagedCluster("old", "https://old.invalid:443", "local-word", entra=False, local_accounts=True)
SHORTLY = timedelta(minutes=4, seconds=55)
CREDENTIALS = "listClusterUserCredential"


class Azure:
    """ARM, Entra ID and a store, at a time that only the test moves."""

    def __init__(self, arm: SandboxArm, clock: FixedClock) -> None:
        self.arm, self.clock, self.entra = arm, clock, arm.entra
        self.documents = MemoryDocumentStore()
        self.credential = arm.credential()
        self.made: list[AksCredentials] = []

    def process(self, credential: SandboxCredential | None = None) -> AksCredentials:
        """Credentials as a process that has just started has them."""
        used = credential or self.credential
        made = AksCredentials(
            AksArm(used, self.arm.url), EntraTokens(used, self.clock), self.documents, self.clock
        )
        self.made.append(made)
        return made

    def asked(self) -> tuple[int, int]:
        """How often ARM was asked for a kubeconfig and Entra ID for a token of AKS."""
        return self.arm.asked(CREDENTIALS), self.credential.asked.count(f"{AKS_RESOURCE}/.default")

    def stored(self) -> str:
        """Everything in the store."""
        found = self.documents.scan("aks-endpoints").documents
        return json.dumps([each.body for each in found])


@pytest.fixture
def azure() -> Iterator[Azure]:
    clock = FixedClock()
    with SandboxArm(SandboxEntra(clock), page_size=2) as arm:
        arm.put(SHOP)
        arm.put(LOCAL)
        made = Azure(arm, clock)
        yield made
        for credentials in made.made:
            credentials.close()


def test_server_and_ca_come_from_azure_and_the_token_from_entra(azure: Azure) -> None:
    access = azure.process().access(SHOP.id)
    assert (access.server, access.ca_pem) == (SHOP.server, "CA")
    assert access.token is not None
    assert azure.entra.opens_cluster(access.token.reveal())


def test_every_spelling_of_the_id_is_the_same_cluster(azure: Azure) -> None:
    credentials = azure.process()
    assert credentials.access(SHOP.id.upper()) == credentials.access(f"{SHOP.id}/")
    assert azure.asked() == (1, 1)


def test_a_process_that_starts_asks_azure_nothing(azure: Azure) -> None:
    azure.process().access(SHOP.id)
    azure.arm.break_down()
    assert azure.process().access(SHOP.id).server == SHOP.server
    assert azure.asked()[0] == 1


def test_no_token_and_no_local_account_enters_the_store(azure: Azure) -> None:
    credentials = azure.process()
    token = credentials.access(SHOP.id).token
    assert credentials.access(LOCAL.id).token == SecretText("local-word")
    assert token is not None
    assert token.reveal() not in azure.stored()
    assert "local-word" not in azure.stored()
    assert SHOP.server in azure.stored()


def test_a_local_account_is_asked_for_once_a_process(azure: Azure) -> None:
    credentials = azure.process()
    assert [credentials.access(LOCAL.id).expires_at for _ in range(3)] == [0, 0, 0]
    assert azure.asked() == (1, 0)
    azure.process().access(LOCAL.id)
    assert azure.asked() == (2, 0)


def test_a_cluster_that_gave_up_entra_leaves_no_old_row(azure: Azure) -> None:
    azure.process().access(SHOP.id)
    azure.arm.put(replace(SHOP, entra=False, token="local-word"))
    azure.clock.advance(timedelta(hours=7))
    assert azure.process().access(SHOP.id).token == SecretText("local-word")
    assert azure.stored() == "[]"


def test_azure_is_asked_again_after_six_hours(azure: Azure) -> None:
    credentials = azure.process()
    credentials.access(SHOP.id)
    azure.arm.put(replace(SHOP, server="https://moved.invalid"))
    azure.clock.advance(timedelta(hours=5, minutes=59))
    assert credentials.access(SHOP.id).server == SHOP.server
    azure.clock.advance(timedelta(minutes=1))
    assert credentials.access(SHOP.id).server == "https://moved.invalid"


@pytest.mark.parametrize(
    ("lifetime", "good_for"),
    [
        (timedelta(hours=24), timedelta(hours=24) - SHORTLY),
        (timedelta(hours=1), timedelta(hours=1) - SHORTLY),
        (timedelta(minutes=5), timedelta(minutes=2, seconds=30)),
    ],
)
def test_a_token_is_used_until_shortly_before_its_end(
    azure: Azure, lifetime: timedelta, good_for: timedelta
) -> None:
    azure.entra.lifetime = lifetime
    credentials = azure.process()
    first = credentials.access(SHOP.id)
    azure.clock.advance(good_for - timedelta(seconds=1))
    assert credentials.access(SHOP.id).token == first.token
    azure.clock.advance(timedelta(seconds=1))
    second = credentials.access(SHOP.id)
    assert second.token != first.token
    assert second.expires_at == (azure.clock.now() + lifetime).timestamp()
    assert azure.asked()[1] == 2


def test_renewal_gets_a_token_that_the_credential_itself_had_kept(azure: Azure) -> None:
    credentials = azure.process()
    first = credentials.access(SHOP.id)
    second = credentials.access(SHOP.id, renew=True)
    assert second.token != first.token
    assert azure.asked() == (1, 2)


def test_renewal_looks_for_the_cluster_unless_azure_has_just_said_it(azure: Azure) -> None:
    credentials = azure.process()
    credentials.access(SHOP.id)
    azure.arm.put(replace(SHOP, server="https://moved.invalid", ca_pem="NEW"))
    azure.clock.advance(timedelta(seconds=59))
    assert credentials.access(SHOP.id, renew=True).server == SHOP.server
    azure.clock.advance(timedelta(seconds=1))
    moved = credentials.access(SHOP.id, renew=True)
    assert (moved.server, moved.ca_pem) == ("https://moved.invalid", "NEW")
    assert azure.process().access(SHOP.id).server == "https://moved.invalid"
    assert azure.asked()[0] == 2


def test_what_another_process_has_just_heard_is_not_asked_again(azure: Azure) -> None:
    one, other = azure.process(), azure.process()
    one.access(SHOP.id)
    other.access(SHOP.id)
    azure.arm.put(replace(SHOP, server="https://moved.invalid"))
    azure.clock.advance(timedelta(hours=1))
    one.access(SHOP.id, renew=True)
    assert other.access(SHOP.id, renew=True).server == "https://moved.invalid"
    assert azure.asked()[0] == 2


@pytest.mark.parametrize("trouble", ["breakdown", "throttled", "denied"])
def test_what_is_known_serves_on_while_azure_cannot_be_asked(azure: Azure, trouble: str) -> None:
    credentials = azure.process()
    first = credentials.access(SHOP.id)
    azure.clock.advance(timedelta(hours=7))
    {"breakdown": azure.arm.break_down, "throttled": lambda: azure.arm.throttle(9)}.get(
        trouble, lambda: azure.arm.deny(SHOP)
    )()
    later = credentials.access(SHOP.id, renew=True)
    assert later.server == first.server
    assert later.token != first.token


def test_a_cluster_that_was_deleted_is_not_found_however_well_it_is_known(azure: Azure) -> None:
    credentials = azure.process()
    credentials.access(SHOP.id)
    azure.arm.remove(SHOP)
    azure.clock.advance(timedelta(hours=7))
    with pytest.raises(NotFoundError, match="managedClusters/shop"):
        credentials.access(SHOP.id)


def test_throttling_says_when_to_come_again(azure: Azure) -> None:
    azure.arm.throttle(1, retry_after_seconds=40)
    with pytest.raises(UnavailableError, match="TooManyRequests") as refused:
        azure.process().access(SHOP.id)
    assert refused.value.retry_after_seconds == 40
    assert azure.arm.asked(CREDENTIALS) == 1


def test_without_the_role_the_way_out_is_named(azure: Azure) -> None:
    azure.arm.deny(SHOP)
    with pytest.raises(PermissionDeniedError, match="role Azure Kubernetes Service Cluster User on it"):
        azure.process().access(SHOP.id)


def test_an_identity_that_azure_does_not_know_is_unavailable(azure: Azure) -> None:
    stranger = SandboxCredential(SandboxEntra(azure.clock))
    with pytest.raises(UnavailableError, match="InvalidAuthenticationToken") as refused:
        azure.process(stranger).access(SHOP.id)
    assert "entra-" not in str(refused.value)


def test_an_identity_that_fails_is_unavailable(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    from azure.identity import ManagedIdentityCredential

    monkeypatch.setenv("IDENTITY_ENDPOINT", azure.arm.identity["IDENTITY_ENDPOINT"])
    monkeypatch.setenv("IDENTITY_HEADER", "wrong")
    with ManagedIdentityCredential() as identity:
        arm, tokens = AksArm(identity, azure.arm.url), EntraTokens(identity, azure.clock)
        with closing(AksCredentials(arm, tokens, azure.documents, azure.clock)) as credentials:
            with pytest.raises(UnavailableError, match="the app's identity gives no token for Azure"):
                credentials.access(SHOP.id)
            azure.process().access(SHOP.id)
            with pytest.raises(UnavailableError, match="Check that the app has an identity"):
                credentials.access(SHOP.id)


def test_azure_that_cannot_be_reached_is_unavailable(azure: Azure) -> None:
    azure.arm.close()
    with closing(AksArm(azure.credential, "http://127.0.0.1:9")) as arm:
        tokens = EntraTokens(azure.credential, azure.clock)
        with pytest.raises(UnavailableError, match="Azure cannot be asked"):
            AksCredentials(arm, tokens, azure.documents, azure.clock).access(SHOP.id)


def test_what_is_no_id_is_refused(azure: Azure) -> None:
    with pytest.raises(InvalidRequestError, match="no resource id"):
        azure.process().access("shop")


def test_no_token_goes_to_another_machine_in_the_clear(azure: Azure) -> None:
    with pytest.raises(InvalidRequestError, match="must be https"):
        AksArm(azure.credential, "http://arm.example.test")


def test_a_row_of_another_version_is_replaced(azure: Azure) -> None:
    azure.documents.put(Document("aks-endpoints", SHOP.id.lower(), {"v": 99}))
    azure.process().access(SHOP.id)
    assert SHOP.server in azure.stored()


def test_clusters_are_found_by_their_tag(azure: Azure) -> None:
    azure.arm.put(replace(SHOP, name="dev", tags={"Tidegate": "no"}))
    azure.arm.put(replace(SHOP, name="leaving", provisioning="Deleting"))
    credentials = azure.process()

    def found(tag: str, value: str = "") -> list[str]:
        return [each.id.name for each in credentials.discover([SHOP.subscription], tag, value)]

    assert found("tidegate") == ["shop", "dev"]
    assert found("TIDEGATE", "yes") == ["shop"]
    assert found("tidegate", "YES") == []
    assert found("other") == []
    assert azure.asked() == (0, 0)


def test_a_subscription_that_is_not_there_is_named(azure: Azure) -> None:
    with pytest.raises(NotFoundError, match="Subscription 0000-2"):
        azure.process().discover(["0000-2"], "tidegate")


def test_a_server_that_is_not_the_cluster_any_more_is_looked_for_once(azure: Azure, tmp_path: Path) -> None:
    """The CA was rotated: the old one no longer proves the server, the one that Azure now tells does."""
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    old, new = Authority(tmp_path / "old"), Authority(tmp_path / "new")
    with TlsServer(new.serving()) as server:
        rotated = replace(SHOP, server=server.url, ca_pem=old.pair.certificate.read_text())
        azure.arm.put(rotated)
        with closing(KubernetesConnector(azure.process())) as connector:
            cluster = connector.connect(SHOP.id)
            with pytest.raises(UnavailableError, match="certificate verify failed"):
                cluster.discovery.version()
            azure.arm.put(replace(rotated, ca_pem=new.pair.certificate.read_text()))
            azure.clock.advance(timedelta(minutes=2))
            assert cluster.discovery.version() == "v1.34.4"
            assert cluster.discovery.version() == "v1.34.4"
    assert azure.asked()[0] == 2
