"""The routes of the REST API, on the raw path: encoded slashes and repeated query keys survive."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from functions._http import Answer, Request, unless_known
from functions.api.call import ApiServices, Call, token_of
from shared.domain.work.trace import trace_id
from shared.errors import NotFoundError, UnsupportedMediaTypeError
from shared.log import bind

# on the answer to whatever changes something: what to follow
TRACE_HEADER = "Tidegate-Trace"
_WRITES = frozenset({"POST", "PUT", "PATCH"})
# method, path, handler, and whether nobody has to log in for it
_Route = tuple[str, str, Any, bool]


class Api:
    """Answers every path that no other function owns. The map is built at the first request."""

    def __init__(self, services: ApiServices) -> None:
        self._services = services
        self._map: Any = None

    def __call__(self, request: Request) -> Answer:
        """Raises TidegateError for what is refused; the door turns it into an answer."""
        # the caller's own trace goes on, else one begins. Source: W3C Trace Context, traceparent
        trace = trace_id(request.headers.get("traceparent", "")) or self._services.new_trace()
        with bind(trace=trace):
            answer = self._answered(request)
        changes = request.method not in ("GET", "HEAD")
        return replace(answer, headers={**answer.headers, TRACE_HEADER: trace}) if changes else answer

    def _answered(self, request: Request) -> Answer:
        handler, arguments, public = self._find(request)
        if request.method in _WRITES:
            _require_json(request)
        who = "" if public else self._services.log_in.session(token_of(request)).username
        answer: Answer = handler(Call(request, self._services, who), **arguments)
        return unless_known(request, answer)

    def _find(self, request: Request) -> tuple[Any, dict[str, str], bool]:
        from werkzeug.exceptions import MethodNotAllowed, NotFound

        if self._map is None:
            self._map = route_map()
        adapter = self._map.bind("")
        try:
            endpoint, arguments = adapter.match(request.path, method=request.method)
        except (NotFound, MethodNotAllowed) as error:
            raise NotFoundError(f"{request.method} {request.path}: there is no such path") from error
        handler, public = endpoint
        return handler, {name: unquote(value) for name, value in arguments.items()}, public


def route_map() -> Any:
    """Every path with its handler, and whether it is public."""
    from werkzeug.routing import Map, Rule

    table = [
        *(*_service(), *_applications(), *_application_reads(), *_sets(), *_places()),
        *_following(),
    ]
    return Map(
        [Rule(path, methods=[method], endpoint=(handler, public)) for method, path, handler, public in table],
        strict_slashes=False,
        merge_slashes=False,
    )


def _service() -> list[_Route]:
    from functions.api import audit, health, session, settings

    return [
        ("GET", "/healthz", health.healthz, True),
        ("GET", "/metrics", health.metrics, False),
        ("GET", "/api/version", settings.version, True),
        ("GET", "/api/v1/settings", settings.settings, True),
        ("POST", "/api/v1/session", session.create, True),
        ("DELETE", "/api/v1/session", session.delete, True),
        ("GET", "/api/v1/session/userinfo", session.userinfo, False),
        ("GET", "/api/v1/export", settings.export, False),
        ("POST", "/api/v1/import", settings.restore, False),
        ("GET", "/api/v1/audit", audit.entries, False),
    ]


def _applications() -> list[_Route]:
    from functions.api import applications, image_holds

    one = "/api/v1/applications/<name>"
    return [
        ("GET", "/api/v1/applications", applications.list_all, False),
        ("POST", "/api/v1/applications", applications.create, False),
        ("GET", one, applications.get, False),
        ("PUT", one, applications.update, False),
        ("DELETE", one, applications.delete, False),
        ("POST", f"{one}/sync", applications.sync, False),
        ("POST", f"{one}/rollback", applications.roll_back, False),
        ("DELETE", f"{one}/operation", applications.terminate, False),
        ("DELETE", f"{one}/image-holds/<alias>", image_holds.release, False),
    ]


def _application_reads() -> list[_Route]:
    from functions.api import application_logs, application_reads, streams

    one = "/api/v1/applications/<name>"
    handlers = {
        f"{one}/resource-tree": application_reads.resource_tree,
        f"{one}/managed-resources": application_reads.managed_resources,
        f"{one}/manifests": application_reads.manifests,
        f"{one}/resource": application_reads.resource,
        f"{one}/events": application_reads.events,
        f"{one}/operation": application_reads.operation,
        f"{one}/revisions/<revision>/metadata": application_reads.revision_metadata,
        f"{one}/logs": application_logs.logs,
        f"{one}/pods/<pod>/logs": application_logs.logs,
        "/api/v1/stream/applications": streams.applications,
        "/api/v1/stream/applications/<name>/resource-tree": streams.resource_tree,
    }
    return [("GET", path, handler, False) for path, handler in handlers.items()]


def _sets() -> list[_Route]:
    from functions.api import applicationsets

    one = "/api/v1/applicationsets/<name>"
    return [
        ("GET", "/api/v1/applicationsets", applicationsets.list_all, False),
        ("POST", "/api/v1/applicationsets", applicationsets.create, False),
        ("GET", one, applicationsets.get, False),
        ("DELETE", one, applicationsets.delete, False),
    ]


def _places() -> list[_Route]:
    """Clusters and repositories."""
    from functions.api import clusters, repositories

    return [
        ("GET", "/api/v1/clusters", clusters.list_all, False),
        ("POST", "/api/v1/clusters", clusters.create, False),
        ("GET", "/api/v1/clusters/<cluster>", clusters.get, False),
        ("DELETE", "/api/v1/clusters/<cluster>", clusters.delete, False),
        ("GET", "/api/v1/repositories", repositories.list_all, False),
        ("POST", "/api/v1/repositories", repositories.create, False),
        ("GET", "/api/v1/repositories/<repo>", repositories.get, False),
        ("PUT", "/api/v1/repositories/<repo>", repositories.update, False),
        ("DELETE", "/api/v1/repositories/<repo>", repositories.delete, False),
    ]


def _following() -> list[_Route]:
    """How changes go, and what the queues gave up."""
    from functions.api import messages, traces

    given_up = "/api/v1/messages/<message>"

    return [
        ("GET", "/api/v1/traces", traces.list_all, False),
        ("GET", "/api/v1/traces/<trace>", traces.get, False),
        ("GET", "/api/v1/messages", messages.list_all, False),
        ("GET", given_up, messages.get, False),
        ("POST", f"{given_up}/retry", messages.retry, False),
        ("DELETE", given_up, messages.delete, False),
    ]


def _require_json(request: Request) -> None:
    """Source: Argo CD answers 415 to writes without a JSON content type; an empty body may lack it."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/json":
        raise UnsupportedMediaTypeError(f"Invalid content type {kind!r}. Send Content-Type: application/json")
