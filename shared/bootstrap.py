"""Settings → World: what the doors call, on the engine of a home.

Everything is made when it is first used: importing this costs nothing, and a webhook pays for no cluster.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from shared.engine import Engine
from shared.settings import StateHome

if TYPE_CHECKING:
    import threading

    from shared.services.application_views import ApplicationViews
    from shared.services.check_health import CheckHealth
    from shared.services.create_application import CreateApplication
    from shared.services.export_state import ExportState
    from shared.services.live_objects import ReadLiveObjects
    from shared.services.log_in import LogIn
    from shared.services.note_failure import NoteFailure
    from shared.services.poison_rows import PoisonRows
    from shared.services.refresh_application import RefreshApplication
    from shared.services.register_repository import RegisterRepository
    from shared.services.retry_messages import RetryMessages
    from shared.services.show_applications import ShowApplications
    from shared.services.show_clusters import ShowClusters
    from shared.services.show_metrics import ShowMetrics
    from shared.services.show_trace import ShowTrace
    from shared.services.show_tree import ShowTree
    from shared.services.start_sync import StartSync
    from shared.services.stream_applications import StreamApplications
    from shared.services.timer_runs import TimerRuns


class World(Engine):
    """The services of one home. What a door needs is made when the door is first opened."""

    def read_github(self, headers: Mapping[str, str], body: bytes) -> tuple[str | None, str]:
        """The message for the events queue, or None and why nothing is done. Standard library only."""
        from shared.domain.events.git_push import GitPush
        from shared.domain.events.github import read_github_event

        event = read_github_event(headers, body, self.settings.github_secrets)
        return (event.to_message(), "") if isinstance(event, GitPush) else (None, event.reason)

    def read_acr(self, headers: Mapping[str, str], body: bytes) -> tuple[str | None, str]:
        """The same for a container registry."""
        from shared.domain.events.acr import read_acr_event
        from shared.domain.events.image_push import ImagePush

        event = read_acr_event(headers, body, self.settings.acr_secrets)
        return (event.to_message(), "") if isinstance(event, ImagePush) else (None, event.reason)

    def read_grid(self, headers: Mapping[str, str], body: bytes) -> tuple[str | None, str | None]:
        """The message for the queue of Event Grid, or the code of a handshake. Standard library only."""
        from shared.domain.events.grid_webhook import Handshake, read_grid_webhook

        found = read_grid_webhook(headers, body, self.settings.event_grid_secrets)
        return (None, found.code) if isinstance(found, Handshake) else (found.text, None)

    def receive_event(self, text: str) -> None:
        """Take one message of the events queue."""
        from shared.services.receive_event import ReceiveEvent

        with self.note_failure("events", text):
            ReceiveEvent(self.receive_push, self.images.receive, self.traces, self.ports.clock)(text)

    def receive_grid_events(self, text: str) -> None:
        """Take one message that Event Grid put into our queue."""
        from shared.domain.events.event_grid import GridEvent
        from shared.domain.events.key_vault import VAULT_EVENTS, VaultEvent
        from shared.services.receive_grid_events import ReceiveGridEvents

        def vault(event: GridEvent) -> None:
            self.receive_vault_event(VaultEvent.parse(event.data), id=event.id, at=event.time)

        with self.note_failure("event-grid", text):
            ReceiveGridEvents(self.images.receive, dict.fromkeys(VAULT_EVENTS, vault))(text)

    def do_work(self, text: str) -> None:
        """Take one message of the work queue."""
        from shared.domain.work.message import WorkKind
        from shared.domain.work.message_text import from_text

        with self.note_failure("work", text):
            message = from_text(text)
            if message.kind is WorkKind.SECRET:
                self.refresh_secret(message)
            elif message.kind is WorkKind.IMAGES:
                self.images.update(message)
            else:
                self.reconcile(message)

    def scan(self) -> None:
        """Look for drift, wake what is overdue, and generate the sets again: clusters come and go."""
        with self.timer_runs("drift_timer"):
            if self.settings.discovery.tag:
                self.discover_clusters()
            self.scan_for_drift()
            self.hosted_sets.regenerate()

    def look_into_vaults(self) -> None:
        """Find what changed in the vaults without an event."""
        with self.timer_runs("secret_timer"):
            self.scan_secrets()

    def poll(self) -> None:
        """Look at every tracked ref, and at images that no event told of for long."""
        with self.timer_runs("poll_timer"):
            self.poll_repositories()
            self.images.wake_overdue()

    def watch(self, stop: threading.Event) -> None:
        """Heal at once, until told to stop."""
        self.ensure_bootstrap()
        self.watch_clusters(stop)

    def new_trace(self) -> str:
        """A trace id for a request that brings none."""
        return self.ports.random.token()

    def record_poison(self, queue: str, text: str) -> None:
        """Keep a message that the queue gave up."""
        from shared.services.record_poison import RecordPoison

        RecordPoison(self.poison_rows, self.ports.clock)(queue, text)

    @cached_property
    def timer_runs(self) -> TimerRuns:
        from shared.services.timer_runs import TimerRuns

        return TimerRuns(self.ports.documents, self.ports.clock)

    @cached_property
    def check_health(self) -> CheckHealth:
        from shared.services.check_health import CheckHealth

        ports = self.ports
        return CheckHealth(ports.documents, ports.queue, lambda: ports.tool, self.timer_runs, ports.clock)

    @cached_property
    def show_metrics(self) -> ShowMetrics:
        from shared.services.show_metrics import ShowMetrics

        ports = self.ports
        return ShowMetrics(
            self.counters, self.rows, ports.queue, self.poison_rows, self.timer_runs, ports.clock
        )

    @cached_property
    def poison_rows(self) -> PoisonRows:
        from shared.services.poison_rows import PoisonRows

        return PoisonRows(self.ports.documents)

    @cached_property
    def note_failure(self) -> NoteFailure:
        from shared.services.note_failure import NoteFailure

        return NoteFailure(self.poison_rows, self.ports.clock)

    @cached_property
    def messages(self) -> RetryMessages:
        from shared.services.retry_messages import Retrying, RetryMessages

        return RetryMessages(
            Retrying(
                poison=self.poison_rows,
                rows=self.rows,
                wake=self.wake,
                wake_secret=self.wake_secret,
                images=self.images.work,
                queue=self.ports.queue,
                audit=self.audit,
            )
        )

    @cached_property
    def show_clusters(self) -> ShowClusters:
        from shared.services.show_clusters import ShowClusters

        return ShowClusters(self.clusters, self.rows, self.ports.clock)

    @cached_property
    def register_repository(self) -> RegisterRepository:
        from shared.services.register_repository import RegisterRepository

        ports = self.ports
        return RegisterRepository(
            ports.documents, ports.credentials, ports.git, self.index, self.wake, self.audit, ports.clock
        )

    @cached_property
    def log_in(self) -> LogIn:
        from shared.services.log_in import LogIn

        ports = self.ports
        return LogIn(
            ports.credentials, ports.sealing, self.settings.admin_password, ports.clock, ports.random
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
    def show_trace(self) -> ShowTrace:
        from shared.services.show_trace import ShowTrace

        return ShowTrace(self.traces, self.rows, self.show_applications, self.ports.git)

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
