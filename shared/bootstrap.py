"""Settings → World: the services on the ports of a home.

Everything is made when it is first used: importing this costs nothing, and a webhook pays for no cluster.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from shared.homes import Ports, ports_of
from shared.settings import Settings, StateHome

if TYPE_CHECKING:
    import threading

    from shared.services.application_rows import ApplicationRows
    from shared.services.application_views import ApplicationViews
    from shared.services.change_signal import ChangeSignal
    from shared.services.clusters import Clusters
    from shared.services.create_application import CreateApplication
    from shared.services.discover_clusters import DiscoverClusters
    from shared.services.ensure_bootstrap import EnsureBootstrap
    from shared.services.export_state import ExportState
    from shared.services.hosted_applications import HostedApplications
    from shared.services.hosted_objects import HostedObjects
    from shared.services.hosted_secrets import HostedSecrets
    from shared.services.hosted_sets import HostedSets
    from shared.services.image_loop import ImageLoop
    from shared.services.installation import Installation
    from shared.services.live_objects import ReadLiveObjects
    from shared.services.log_in import LogIn
    from shared.services.look_at_application import LookAtApplication, Looking
    from shared.services.observe_cluster import ObserveCluster
    from shared.services.poll_repositories import PollRepositories
    from shared.services.receive_push import ReceivePush
    from shared.services.receive_vault_event import ReceiveVaultEvent
    from shared.services.reconcile_application import ReconcileApplication
    from shared.services.record_audit import RecordAudit
    from shared.services.refresh_application import RefreshApplication
    from shared.services.refresh_secret import RefreshSecret
    from shared.services.register_cluster import RegisterCluster
    from shared.services.register_repository import RegisterRepository
    from shared.services.repository_index import RepositoryIndex
    from shared.services.run_operation import RunOperation
    from shared.services.scan_for_drift import ScanForDrift
    from shared.services.scan_secrets import ScanSecrets
    from shared.services.secret_rows import SecretRows
    from shared.services.show_applications import ShowApplications
    from shared.services.show_clusters import ShowClusters
    from shared.services.show_tree import ShowTree
    from shared.services.start_sync import StartSync
    from shared.services.stream_applications import StreamApplications
    from shared.services.sweep_cluster import SweepCluster
    from shared.services.sweep_clusters import SweepClusters
    from shared.services.wake_applications import WakeApplications
    from shared.services.wake_secrets import WakeSecrets
    from shared.services.watch_clusters import WatchClusters

__all__ = ["Ports", "World"]


class World:
    """The services of one home. What a door needs is made when the door is first opened."""

    def __init__(self, settings: Settings, ports: Ports | None = None) -> None:
        self.settings, self.ports = settings, ports or ports_of(settings)

    def read_github(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """The message for the events queue, or None for what we do not use. Standard library only."""
        from shared.domain.events.git_push import GitPush
        from shared.domain.events.github import read_github_event

        event = read_github_event(headers, body, self.settings.github_secrets)
        return event.to_message() if isinstance(event, GitPush) else None

    def read_acr(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """The same for a container registry."""
        from shared.domain.events.acr import read_acr_event
        from shared.domain.events.image_push import ImagePush

        event = read_acr_event(headers, body, self.settings.acr_secrets)
        return event.to_message() if isinstance(event, ImagePush) else None

    def read_grid(self, headers: Mapping[str, str], body: bytes) -> tuple[str | None, str | None]:
        """The message for the queue of Event Grid, or the code of a handshake. Standard library only."""
        from shared.domain.events.grid_webhook import Handshake, read_grid_webhook

        found = read_grid_webhook(headers, body, self.settings.event_grid_secrets)
        return (None, found.code) if isinstance(found, Handshake) else (found.text, None)

    def receive_event(self, text: str) -> None:
        """Take one message of the events queue."""
        from shared.services.receive_event import ReceiveEvent

        ReceiveEvent(self.receive_push, self.images.receive)(text)

    def receive_grid_events(self, text: str) -> None:
        """Take one message that Event Grid put into our queue."""
        from shared.domain.events.event_grid import GridEvent
        from shared.domain.events.key_vault import VAULT_EVENTS, VaultEvent
        from shared.services.receive_grid_events import ReceiveGridEvents

        def vault(event: GridEvent) -> None:
            self.receive_vault_event(VaultEvent.parse(event.data))

        ReceiveGridEvents(self.images.receive, dict.fromkeys(VAULT_EVENTS, vault))(text)

    def do_work(self, text: str) -> None:
        """Take one message of the work queue."""
        from shared.domain.work.message import WorkKind
        from shared.domain.work.message_text import from_text

        message = from_text(text)
        if message.kind is WorkKind.SECRET:
            self.refresh_secret(message)
        elif message.kind is WorkKind.IMAGES:
            self.images.update(message)
        else:
            self.reconcile(message)

    def scan(self) -> None:
        """Look for drift, wake what is overdue, and generate the sets again: clusters come and go."""
        if self.settings.discovery.tag:
            self.discover_clusters()
        self.scan_for_drift()
        self.hosted_sets.regenerate()

    def look_into_vaults(self) -> None:
        """Find what changed in the vaults without an event."""
        self.scan_secrets()

    def poll(self) -> None:
        """Look at every tracked ref, and at images that no event told of for long."""
        self.poll_repositories()
        self.images.wake_overdue()

    def watch(self, stop: threading.Event) -> None:
        """Heal at once, until told to stop."""
        self.ensure_bootstrap()
        self.watch_clusters(stop)

    def record_poison(self, queue: str, text: str) -> None:
        """Keep a message that the queue gave up."""
        from shared.services.record_poison import RecordPoison

        RecordPoison(self.ports.documents, self.ports.clock, self.ports.random)(queue, text)

    @cached_property
    def changed(self) -> ChangeSignal:
        from shared.services.change_signal import ChangeSignal

        return ChangeSignal()

    @cached_property
    def rows(self) -> ApplicationRows:
        from shared.services.application_rows import APPLICATION_PARTITIONS, ApplicationRows
        from shared.services.change_signal import SignalledDocuments

        documents = SignalledDocuments(self.ports.documents, self.changed, APPLICATION_PARTITIONS)
        return ApplicationRows(documents, self.ports.blobs)

    @cached_property
    def index(self) -> RepositoryIndex:
        from shared.services.repository_index import RepositoryIndex

        return RepositoryIndex(self.ports.documents)

    @cached_property
    def wake(self) -> WakeApplications:
        from shared.services.wake_applications import WakeApplications

        return WakeApplications(self.rows, self.ports.work, self.ports.clock, self.ports.random)

    @cached_property
    def images(self) -> ImageLoop:
        from shared.services.change_signal import SignalledDocuments
        from shared.services.image_loop import ImageLoop
        from shared.services.image_states import IMAGE_STATES, ImageStates

        documents = SignalledDocuments(self.ports.documents, self.changed, frozenset({IMAGE_STATES}))
        return ImageLoop(self.ports, self.rows, ImageStates(documents))

    @cached_property
    def clusters(self) -> Clusters:
        from shared.services.clusters import Clusters

        return Clusters(self.ports.connector, self.ports.documents, self.ports.cluster_references)

    @cached_property
    def register_cluster(self) -> RegisterCluster:
        from shared.services.register_cluster import RegisterCluster

        return RegisterCluster(self.clusters, self.ports.server_of, self.audit)

    @cached_property
    def show_clusters(self) -> ShowClusters:
        from shared.services.show_clusters import ShowClusters

        return ShowClusters(self.clusters, self.rows, self.ports.clock)

    @cached_property
    def discover_clusters(self) -> DiscoverClusters:
        from shared.services.discover_clusters import DiscoverClusters

        ports = self.ports
        return DiscoverClusters(ports.tagged_clusters, self.register_cluster, ports.documents, ports.clock)

    @cached_property
    def hosted_applications(self) -> HostedApplications:
        from shared.services.hosted_applications import HostedApplications

        return HostedApplications(self.rows, self.wake, self.ports.clock)

    @cached_property
    def hosted_sets(self) -> HostedSets:
        from shared.domain.generate.generators import KnownCluster
        from shared.services.hosted_sets import HostedSets

        def known() -> list[KnownCluster]:
            return [KnownCluster(name, server) for name, server in self.clusters.known()]

        return HostedSets(self.ports.documents, self.hosted_applications, known, self.ports.clock)

    @cached_property
    def hosted(self) -> HostedObjects:
        from shared.services.hosted_objects import HostedObjects

        return HostedObjects(self.hosted_applications, self.hosted_sets, self.hosted_secrets)

    @cached_property
    def secret_rows(self) -> SecretRows:
        from shared.services.secret_rows import SecretRows

        return SecretRows(self.ports.documents)

    @cached_property
    def wake_secret(self) -> WakeSecrets:
        from shared.services.wake_secrets import WakeSecrets

        return WakeSecrets(self.secret_rows, self.ports.work, self.ports.clock, self.ports.random)

    @cached_property
    def hosted_secrets(self) -> HostedSecrets:
        from shared.services.hosted_secrets import HostedSecrets

        return HostedSecrets(self.secret_rows, self.wake_secret, self.rows, self.clusters, self.installation)

    @cached_property
    def refresh_secret(self) -> RefreshSecret:
        from shared.services.refresh_secret import Refreshing, RefreshSecret

        ports = self.ports
        return RefreshSecret(
            Refreshing(
                rows=self.secret_rows,
                wake=self.wake_secret,
                vault=ports.vault,
                tell=self.wake,
                clusters=self.clusters,
                leases=ports.leases,
                sealing=ports.sealing,
                installation=self.installation,
                clock=ports.clock,
                random=ports.random,
            )
        )

    @cached_property
    def receive_vault_event(self) -> ReceiveVaultEvent:
        from shared.services.receive_vault_event import ReceiveVaultEvent

        return ReceiveVaultEvent(self.secret_rows, self.wake_secret)

    @cached_property
    def scan_secrets(self) -> ScanSecrets:
        from shared.services.scan_secrets import ScanSecrets

        return ScanSecrets(self.secret_rows, self.wake_secret, self.ports.vault, self.ports.clock)

    @cached_property
    def observe(self) -> ObserveCluster:
        from shared.services.observe_cluster import ObserveCluster

        return ObserveCluster()

    @cached_property
    def look(self) -> LookAtApplication:
        from shared.services.look_at_application import LookAtApplication

        return LookAtApplication(self.looking)

    @cached_property
    def looking(self) -> Looking:
        from shared.services.compare_application import CompareApplication
        from shared.services.judge_health import JudgeHealth
        from shared.services.look_at_application import Looking
        from shared.services.render_application import RenderApplication
        from shared.services.resolve_sources import ResolveSources

        ports = self.ports
        return Looking(
            rows=self.rows,
            index=self.index,
            follow_images=self.images.follow,
            resolve=ResolveSources(self.index, ports.git),
            render=RenderApplication(ports.git, ports.tool, ports.blobs, ports.sealing),
            clusters=self.clusters,
            observe=self.observe,
            compare=CompareApplication(ports.sealing),
            judge=JudgeHealth(),
            hosted=self.hosted,
            installation=self.installation,
            clock=ports.clock,
            control_namespace=self.settings.control_namespace,
        )

    @cached_property
    def run(self) -> RunOperation:
        from shared.services.execute_tasks import ExecuteTasks
        from shared.services.run_operation import RunOperation

        execute = ExecuteTasks(self.hosted)
        return RunOperation(self.rows, execute, self.hosted, self.ports.clock, self.ports.random)

    @cached_property
    def reconcile(self) -> ReconcileApplication:
        from shared.services.delete_application import DeleteApplication
        from shared.services.reconcile_application import ReconcileApplication, Reconciling

        ports = self.ports
        return ReconcileApplication(
            Reconciling(
                rows=self.rows,
                leases=ports.leases,
                wake=self.wake,
                look=self.look,
                run=self.run,
                delete=DeleteApplication(
                    self.index, self.images.follow, self.clusters, self.observe, self.hosted, ports.clock
                ),
                clock=ports.clock,
                random=ports.random,
            )
        )

    @cached_property
    def receive_push(self) -> ReceivePush:
        from shared.services.receive_push import ReceivePush

        return ReceivePush(self.index, self.ports.git, self.wake)

    @cached_property
    def poll_repositories(self) -> PollRepositories:
        from shared.services.poll_repositories import PollRepositories

        return PollRepositories(self.index, self.ports.git, self.wake)

    @cached_property
    def ensure_bootstrap(self) -> EnsureBootstrap:
        from shared.services.ensure_bootstrap import EnsureBootstrap

        settings = self.settings
        return EnsureBootstrap(
            self.rows, self.wake, self.ports.clock, settings.bootstrap, settings.control_namespace
        )

    @cached_property
    def scan_for_drift(self) -> ScanForDrift:
        from shared.services.scan_for_drift import ScanForDrift

        return ScanForDrift(
            self.rows,
            self.wake,
            self.ensure_bootstrap,
            self.sweep_clusters,
            self.ports.clock,
            timedelta(seconds=self.settings.drift_seconds),
        )

    @cached_property
    def sweep_clusters(self) -> SweepClusters:
        from shared.services.sweep_clusters import SweepClusters

        return SweepClusters(self.clusters, self.sweep_cluster, self.wake_secret.soon)

    @cached_property
    def sweep_cluster(self) -> SweepCluster:
        from shared.services.sweep_cluster import SweepCluster

        return SweepCluster(self.ports.blobs, self.ports.sealing, self.installation())

    @cached_property
    def installation(self) -> Installation:
        from shared.services.installation import Installation

        root = self.settings.bootstrap
        seed = f"{root.repo_url} {root.path} {root.name}" if root.repo_url else ""
        return Installation(self.ports.documents, self.ports.random, self.ports.clock, seed)

    @cached_property
    def watch_clusters(self) -> WatchClusters:
        from shared.services.watch_clusters import WatchClusters

        return WatchClusters(
            self.rows,
            self.clusters,
            self.wake,
            self.wake_secret.soon,
            self.installation,
            self.settings.control_namespace,
        )

    @cached_property
    def register_repository(self) -> RegisterRepository:
        from shared.services.register_repository import RegisterRepository

        ports = self.ports
        return RegisterRepository(
            ports.documents, ports.credentials, ports.git, self.index, self.wake, self.audit, ports.clock
        )

    @cached_property
    def audit(self) -> RecordAudit:
        from shared.services.record_audit import RecordAudit

        return RecordAudit(self.ports.documents, self.ports.clock, self.ports.random)

    @cached_property
    def log_in(self) -> LogIn:
        from shared.services.log_in import LogIn

        return LogIn(
            self.ports.credentials, self.settings.admin_password, self.ports.clock, self.ports.random
        )

    @cached_property
    def export_state(self) -> ExportState:
        from shared.services.export_state import ExportState

        return ExportState(self.ports.documents, self.rows, self.wake)

    @cached_property
    def show_applications(self) -> ShowApplications:
        from shared.services.show_applications import ShowApplications

        return ShowApplications(self.rows, self.ports.clock, self.images.states)

    @cached_property
    def stream_applications(self) -> StreamApplications:
        from shared.services.stream_applications import StreamApplications

        # an embedded home is one process, which hears of every write; others may write elsewhere
        poll_seconds = 5.0 if self.settings.state is StateHome.SQLITE else 1.0
        return StreamApplications(self.rows, self.show_applications, self.changed, poll_seconds)

    @cached_property
    def views(self) -> ApplicationViews:
        from shared.services.application_views import ApplicationViews

        return ApplicationViews(self.looking, self.read_live_objects, self.ports.git)

    @cached_property
    def show_tree(self) -> ShowTree:
        from shared.services.show_tree import ShowTree

        return ShowTree(self.read_live_objects, self.changed)

    @cached_property
    def read_live_objects(self) -> ReadLiveObjects:
        from shared.services.live_objects import ReadLiveObjects

        return ReadLiveObjects(self.rows, self.clusters, self.observe, self.hosted)

    @cached_property
    def create_application(self) -> CreateApplication:
        from shared.services.create_application import CreateApplication

        return CreateApplication(self.rows, self.wake, self.hosted_applications, self.audit, self.ports.clock)

    @cached_property
    def start_sync(self) -> StartSync:
        from shared.services.start_sync import StartSync

        return StartSync(self.rows, self.wake, self.audit, self.ports.clock)

    @cached_property
    def refresh_application(self) -> RefreshApplication:
        from shared.services.refresh_application import RefreshApplication

        return RefreshApplication(self.start_sync, self.rows, self.changed, self.ports.clock)
