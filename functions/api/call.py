"""One call of the REST API, as its handlers see it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from functions._http import Answer, Request, json_answer
from shared.errors import InvalidRequestError

if TYPE_CHECKING:
    from shared.services.application_views import ApplicationViews
    from shared.services.check_health import CheckHealth
    from shared.services.create_application import CreateApplication
    from shared.services.export_state import ExportState
    from shared.services.hosted_sets import HostedSets
    from shared.services.image_loop import ImageLoop
    from shared.services.log_in import LogIn
    from shared.services.record_audit import RecordAudit
    from shared.services.refresh_application import RefreshApplication
    from shared.services.register_cluster import RegisterCluster
    from shared.services.register_repository import RegisterRepository
    from shared.services.retry_messages import RetryMessages
    from shared.services.show_applications import ShowApplications
    from shared.services.show_clusters import ShowClusters
    from shared.services.show_metrics import ShowMetrics
    from shared.services.show_trace import ShowTrace
    from shared.services.show_tree import ShowTree
    from shared.services.start_sync import StartSync
    from shared.services.stream_applications import StreamApplications

VERSION = "v0.1.0"


class ApiServices(Protocol):
    """What the API calls; made when first used."""

    def new_trace(self) -> str:
        """A trace id for a request that brings none."""
        ...

    @property
    def log_in(self) -> LogIn: ...
    @property
    def show_applications(self) -> ShowApplications: ...
    @property
    def show_trace(self) -> ShowTrace: ...
    @property
    def show_tree(self) -> ShowTree: ...
    @property
    def views(self) -> ApplicationViews: ...
    @property
    def stream_applications(self) -> StreamApplications: ...
    @property
    def refresh_application(self) -> RefreshApplication: ...
    @property
    def create_application(self) -> CreateApplication: ...
    @property
    def start_sync(self) -> StartSync: ...
    @property
    def hosted_sets(self) -> HostedSets: ...
    @property
    def export_state(self) -> ExportState: ...
    @property
    def show_clusters(self) -> ShowClusters: ...
    @property
    def register_cluster(self) -> RegisterCluster: ...
    @property
    def register_repository(self) -> RegisterRepository: ...
    @property
    def images(self) -> ImageLoop: ...
    @property
    def check_health(self) -> CheckHealth: ...
    @property
    def show_metrics(self) -> ShowMetrics: ...
    @property
    def messages(self) -> RetryMessages: ...
    @property
    def audit(self) -> RecordAudit: ...


class Call:
    """One request on its way to a handler: what it may read, who asks, and what it may use."""

    def __init__(self, request: Request, services: ApiServices, who: str) -> None:
        self.request, self.services, self.who = request, services, who

    def json(self) -> dict[str, Any]:
        """The body as an object; empty is `{}`. Raises InvalidRequestError (400)."""
        if not self.request.body.strip():
            return {}
        try:
            value = json.loads(self.request.body)
        except ValueError as error:
            raise InvalidRequestError(f"Request body: is not JSON ({error})") from error
        if not isinstance(value, dict):
            raise InvalidRequestError("Request body: must be a JSON object")
        return value


def token_of(request: Request) -> str:
    """From the Authorization header, else the cookie `argocd.token`. Source: Argo CD server/server.go."""
    bearer = request.headers.get("authorization", "")
    if bearer.lower().startswith("bearer "):
        return bearer[7:].strip()
    for part in request.headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == "argocd.token":
            return value
    return ""


def empty() -> Answer:
    """`{}`, as Argo CD answers where there is nothing to say."""
    return json_answer({})
