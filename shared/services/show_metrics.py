"""Use case: what is counted and what is so now, for Prometheus."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from shared.domain.events.repo_url import without_userinfo
from shared.domain.record.application_status import ApplicationStatus
from shared.domain.specs.application_document import (
    destination_of,
    project_of,
    repo_urls_of,
    server_of,
)
from shared.domain.views.metrics_text import Family, exposition, family_of, gauge
from shared.errors import NotFoundError
from shared.ports.clock import Clock
from shared.ports.counters import Counters
from shared.ports.queue_gauge import GaugedQueue
from shared.services.application_rows import ApplicationRows, StoredApplication
from shared.services.follow_progress import RECONCILE_SECONDS, STAGE_SECONDS, SYNC_SECONDS, SYNCS
from shared.services.poison_rows import PoisonRows
from shared.services.retry_messages import QUEUES
from shared.services.timer_runs import TimerRuns

HTTP_REQUESTS, QUEUE_MESSAGES = "tidegate_http_requests_total", "tidegate_queue_handled_total"
_COUNTED = {
    SYNCS: ("counter", "Operations that have ended, by phase."),
    SYNC_SECONDS: ("counter", "Seconds that operations took."),
    RECONCILE_SECONDS: ("histogram", "Seconds of one turn of the worker with an application."),
    STAGE_SECONDS: ("histogram", "Seconds from one stage of a change to the next."),
    HTTP_REQUESTS: ("counter", "Requests by function and status; the webhooks are functions of their own."),
    QUEUE_MESSAGES: ("counter", "Messages by queue and what became of them."),
}
_HISTOGRAMS = frozenset(name for name, (kind, _) in _COUNTED.items() if kind == "histogram")
_NOT_HERE = (
    "GET /metrics: is there where Tidegate runs as one process (python -m host). On Azure Functions "
    "instances come and go, and Application Insights counts for all of them"
)


class ShowMetrics:
    """Source of the names that begin with argocd_: Argo CD controller/metrics/metrics.go."""

    def __init__(
        self,
        counters: Counters,
        rows: ApplicationRows,
        queue: Callable[[str], GaugedQueue],
        poison: PoisonRows,
        timers: TimerRuns,
        clock: Clock,
    ) -> None:
        self._counters, self._rows, self._queue = counters, rows, queue
        self._poison, self._timers, self._clock = poison, timers, clock

    def __call__(self) -> str:
        """The text of GET /metrics. Raises NotFoundError where nobody serves the counts of this process."""
        if not self._counters.is_open():
            raise NotFoundError(_NOT_HERE)
        return exposition([*self._applications(), *self._waiting(), *self._counted()])

    def _applications(self) -> Iterator[Family]:
        summaries = {found.ref: found.status for found in self._rows.summaries()}
        pairs = [
            (stored, summaries.get(stored.ref) or ApplicationStatus()) for stored in self._rows.applications()
        ]
        yield gauge(
            "argocd_app_info",
            "Information about application.",
            [(_info(stored, status), 1) for stored, status in pairs],
        )
        conditions = [
            ({**_labels(stored), "condition": name}, float(count))
            for stored, status in pairs
            for name, count in sorted(Counter(found.type for found in status.conditions).items())
        ]
        yield gauge("argocd_app_condition", "Conditions of the application.", conditions)

    def _waiting(self) -> Iterator[Family]:
        queues = {name: self._queue(name) for name in QUEUES}
        lengths = [({"queue": name}, float(queue.length())) for name, queue in queues.items()]
        yield gauge("tidegate_queue_messages", "Messages in the queue: due, delayed and claimed.", lengths)
        waited = ((name, queue.waiting()) for name, queue in queues.items())
        ages = [({"queue": name}, found.total_seconds() if found else 0.0) for name, found in waited]
        yield gauge("tidegate_queue_waiting_seconds", "How long the message waits that is due longest.", ages)
        given_up = [({"queue": name}, float(count)) for name, count in self._given_up().items()]
        yield gauge("tidegate_poison_messages", "Messages that were given up.", given_up)
        now = self._clock.now()
        runs = ((run.name, run.age(now)) for run in self._timers.all())
        since = [({"timer": name}, age.total_seconds()) for name, age in runs if age is not None]
        yield gauge("tidegate_timer_age_seconds", "Since the timer last ran well.", since)

    def _given_up(self) -> Counter[str]:
        return Counter({**dict.fromkeys(QUEUES, 0), **Counter(each.queue for each in self._poison.all())})

    def _counted(self) -> Iterator[Family]:
        families: defaultdict[str, list[tuple[str, tuple[tuple[str, str], ...], float]]] = defaultdict(list)
        for sample in self._counters.samples():
            name = family_of(sample.name, _HISTOGRAMS)
            families[name].append((sample.name, sample.labels, sample.value))
        for name, (kind, help) in _COUNTED.items():
            yield Family(name, kind, help, tuple(families[name]))


def _labels(stored: StoredApplication) -> dict[str, str]:
    ref = stored.ref
    return {"namespace": ref.namespace, "name": ref.name, "project": project_of(stored.manifest)}


def _info(stored: StoredApplication, status: ApplicationStatus) -> dict[str, str]:
    automated = (stored.manifest["spec"].get("syncPolicy") or {}).get("automated")
    enabled = automated is not None and automated.get("enabled") is not False
    operation = "delete" if status.deletion else "sync" if status.requested else ""
    return {
        **_labels(stored),
        "autosync_enabled": str(enabled).lower(),
        "repo": without_userinfo(repo_urls_of(stored.manifest)[0]).lower().removesuffix(".git"),
        "dest_server": server_of(stored.manifest),
        "dest_namespace": str(destination_of(stored.manifest).get("namespace") or ""),
        "sync_status": status.sync.value,
        "health_status": status.health.status.value,
        "operation": operation,
    }
