"""The engine of one home: its services, each made when it is first used."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from shared.homes import Ports, ports_of
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.ports.counters import Counters
    from shared.services.application_rows import ApplicationRows
    from shared.services.change_signal import ChangeSignal
    from shared.services.clusters import Clusters
    from shared.services.discover_clusters import DiscoverClusters
    from shared.services.ensure_bootstrap import EnsureBootstrap
    from shared.services.hosted_applications import HostedApplications
    from shared.services.hosted_objects import HostedObjects
    from shared.services.hosted_secrets import HostedSecrets
    from shared.services.hosted_sets import HostedSets
    from shared.services.image_loop import ImageLoop
    from shared.services.installation import Installation
    from shared.services.look_at_application import LookAtApplication, Looking
    from shared.services.observe_cluster import ObserveCluster
    from shared.services.poll_repositories import PollRepositories
    from shared.services.receive_push import ReceivePush
    from shared.services.receive_vault_event import ReceiveVaultEvent
    from shared.services.reconcile_application import ReconcileApplication
    from shared.services.record_audit import RecordAudit
    from shared.services.refresh_secret import RefreshSecret
    from shared.services.register_cluster import RegisterCluster
    from shared.services.repository_index import RepositoryIndex
    from shared.services.run_operation import RunOperation
    from shared.services.scan_for_drift import ScanForDrift
    from shared.services.scan_secrets import ScanSecrets
    from shared.services.secret_rows import SecretRows
    from shared.services.sweep_cluster import SweepCluster
    from shared.services.sweep_clusters import SweepClusters
    from shared.services.trace_rows import TraceRows
    from shared.services.wake_applications import WakeApplications
    from shared.services.wake_secrets import WakeSecrets
    from shared.services.watch_clusters import WatchClusters


class Engine:
    """What looks, decides and does. Importing this costs nothing: a webhook pays for no cluster."""

    def __init__(self, settings: Settings, ports: Ports | None = None) -> None:
        self.settings, self.ports = settings, ports or ports_of(settings)

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
    def counters(self) -> Counters:
        return self.ports.counters

    @cached_property
    def traces(self) -> TraceRows:
        from shared.services.trace_rows import TraceRows

        return TraceRows(self.ports.documents, self.ports.clock)

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
        return ImageLoop(self.ports, self.rows, ImageStates(documents), self.traces)

    @cached_property
    def clusters(self) -> Clusters:
        from shared.services.clusters import Clusters

        return Clusters(self.ports.connector, self.ports.documents, self.ports.cluster_references)

    @cached_property
    def register_cluster(self) -> RegisterCluster:
        from shared.services.register_cluster import RegisterCluster

        return RegisterCluster(self.clusters, self.ports.server_of, self.audit)

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
                access=self.settings.vaults,
                tell=self.wake,
                traces=self.traces,
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

        return ReceiveVaultEvent(self.secret_rows, self.wake_secret, self.traces, self.ports.clock)

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
        from shared.services.follow_progress import FollowProgress
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
                progress=FollowProgress(self.traces, self.counters),
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

        ports = self.ports
        return PollRepositories(self.index, ports.git, self.wake, self.traces, ports.clock)

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
        from shared.services.managed_kinds import ManagedKinds
        from shared.services.watch_clusters import WatchClusters

        return WatchClusters(
            ManagedKinds(self.rows, self.changed),
            self.clusters,
            self.wake,
            self.wake_secret.soon,
            self.installation,
            self.settings.control_namespace,
        )

    @cached_property
    def audit(self) -> RecordAudit:
        from shared.services.record_audit import RecordAudit

        return RecordAudit(self.ports.documents, self.ports.clock, self.ports.random)
