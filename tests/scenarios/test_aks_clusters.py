"""Clusters dev, staging and production in a sandbox of Azure: from resource ids to objects in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.arm.managed_cluster import SUBSCRIPTION, ManagedCluster
from sandbox.arm.server import SandboxArm
from sandbox.cluster.server import SandboxCluster
from shared.adapters.kubernetes.cluster_connector import KubernetesConnector
from shared.bootstrap import World
from shared.domain.specs.destination import Destination
from shared.homes import Ports
from shared.ports.cluster_connector import Cluster
from shared.services.register_cluster import ClusterWish
from shared.settings import DiscoverySettings, Settings
from tests.controlplane.objects import config_map

SERVERS = {
    "dev": "https://dev-aks.eastus.k8s.local",
    "staging": "https://staging-aks.eastus.k8s.local",
    "production": "https://prod-aks.koreacentral.k8s.local",
}
CONFIG_MAPS = ("", "ConfigMap")


class ClosedPorts(Ports):
    """The embedded home, whose connections a test closes."""

    def close(self) -> None:
        assert isinstance(self.connector, KubernetesConnector)
        self.connector.close()
        self._aks.close()
        self._database.close()


class Fleet:
    """Three clusters with Entra ID behind their public names; Tidegate runs as a managed identity."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self.arm = stack.enter_context(SandboxArm())
        self.clusters: dict[str, SandboxCluster] = {}
        self.ids: dict[str, str] = {}
        for name, server in SERVERS.items():
            cluster = self.clusters[name] = stack.enter_context(SandboxCluster(name))
            cluster.trust(self.arm.entra.opens_cluster)
            managed = ManagedCluster(name, f"{server}:443", tags={"tidegate.dev": name})
            self.ids[name] = self.arm.put(managed).id
        self.names = {f"{SERVERS[name]}:443": self.clusters[name].url for name in SERVERS}
        self.names["https://management.azure.com"] = self.arm.url

    def process(self, tag: str = "") -> World:
        """Tidegate as it starts, on the state of those before it."""
        settings = Settings(
            home=self._folder,
            kubeconfig=None,
            names=self.names,
            discovery=DiscoverySettings(tag, "", (SUBSCRIPTION,)),
        )
        ports = ClosedPorts(settings)
        self._stack.enter_context(closing(ports))
        return World(settings, ports)


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleet]:
    monkeypatch.setenv("HOME", str(tmp_path))  # whoever runs the tests may have a kubeconfig
    with ExitStack() as stack:
        made = Fleet(tmp_path / "home", stack)
        for name, value in made.arm.identity.items():
            monkeypatch.setenv(name, value)
        yield made


def register_all(world: World, fleet: Fleet) -> None:
    for name, reference in fleet.ids.items():
        world.register_cluster(ClusterWish(name, reference), who="tests")


def write(cluster: Cluster, name: str) -> None:
    served = next(each for each in cluster.discovery.types() if each.kind == "ConfigMap")
    cluster.objects.apply(served, config_map("default", name))


def maps_in(cluster: SandboxCluster) -> set[str]:
    return {each.name for each in cluster.requests.changes() if each.resource == "configmaps"}


def test_each_server_of_the_users_yaml_leads_to_its_cluster(fleet: Fleet) -> None:
    world = fleet.process()
    register_all(world, fleet)
    for name, server in SERVERS.items():
        write(world.clusters.at(Destination("", server=server)).cluster, f"for-{name}")
    assert {name: maps_in(cluster) for name, cluster in fleet.clusters.items()} == {
        name: {f"for-{name}"} for name in SERVERS
    }


@pytest.mark.parametrize("spelling", ["name", "server", "server with port", "id", "id in capitals"])
def test_name_server_and_id_are_one_cluster(fleet: Fleet, spelling: str) -> None:
    world = fleet.process()
    register_all(world, fleet)
    written = {
        "name": Destination("", name="dev"),
        "server": Destination("", server=f"{SERVERS['dev']}/"),
        "server with port": Destination("", server=f"{SERVERS['dev']}:443"),
        "id": Destination("", name=fleet.ids["dev"]),
        "id in capitals": Destination("", name=fleet.ids["dev"].upper()),
    }[spelling]
    assert world.clusters.at(written).key == world.clusters.at(Destination("", name="dev")).key


def test_a_process_that_starts_reaches_the_clusters_without_asking_azure(fleet: Fleet) -> None:
    register_all(fleet.process(), fleet)
    asked = fleet.arm.asked("listClusterUserCredential")
    fleet.arm.break_down()
    for name in SERVERS:
        assert fleet.process().clusters.at(Destination("", name=name)).cluster.discovery.types()
    assert (asked, fleet.arm.asked("listClusterUserCredential")) == (3, 3)


def test_a_revoked_token_is_replaced_within_the_request(fleet: Fleet) -> None:
    world = fleet.process()
    register_all(world, fleet)
    cluster = world.clusters.at(Destination("", name="dev")).cluster
    write(cluster, "before")
    fleet.arm.entra.revoke()
    write(cluster, "after")
    assert maps_in(fleet.clusters["dev"]) == {"before", "after"}


def test_tokens_of_five_minutes_work_on(fleet: Fleet) -> None:
    fleet.arm.entra.lifetime = timedelta(minutes=5)
    world = fleet.process()
    register_all(world, fleet)
    cluster = world.clusters.at(Destination("", name="dev")).cluster
    for number in range(3):
        write(cluster, f"turn-{number}")
    refused = [each for each in fleet.clusters["dev"].requests.all() if each.status == 401]
    assert refused == []
    assert len(fleet.arm.entra.issued) < 8


def test_a_cluster_under_two_names_is_listed_once(fleet: Fleet) -> None:
    world = fleet.process()
    register_all(world, fleet)
    world.register_cluster(ClusterWish("sandbox", fleet.ids["dev"]), who="tests")
    names = (
        Destination("", name="dev"),
        Destination("", name="sandbox"),
        Destination("", server=SERVERS["dev"]),
    )
    fleet.clusters["dev"].requests.clear()
    world.sweep_clusters({place: {CONFIG_MAPS} for place in names})
    lists = [each for each in fleet.clusters["dev"].requests.all() if each.verb == "list"]
    assert [each.resource for each in lists] == ["configmaps"]


def test_what_bears_the_tag_is_found_and_shown(fleet: Fleet) -> None:
    world = fleet.process(tag="tidegate.dev")
    assert world.discover_clusters() == ["dev", "staging", "production"]
    items = world.show_clusters.many()
    assert {item["name"] for item in items} == set(SERVERS)
    assert {item["connectionState"]["status"] for item in items} == {"Successful"}
    assert {item["server"] for item in items} == {f"{server}:443" for server in SERVERS.values()}
    assert fleet.process(tag="tidegate.dev").discover_clusters() == []


def test_no_token_lies_on_disk(fleet: Fleet, tmp_path: Path) -> None:
    world = fleet.process()
    register_all(world, fleet)
    tokens = [token.text.encode() for token in fleet.arm.entra.issued]
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(tokens) > 1
    assert files
    assert not any(token in data for token in tokens for data in files)
