"""URLs of Azure Resource Manager and of the identity endpoint → answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from sandbox.arm.entra import ARM_RESOURCE, SandboxEntra
from sandbox.arm.managed_cluster import ManagedCluster

_PROVIDER = "providers/Microsoft.ContainerService/managedClusters"
_LIST = re.compile(rf"/subscriptions/([^/]+)/{_PROVIDER}", re.IGNORECASE)
_CLUSTER = re.compile(
    rf"/subscriptions/([^/]+)/resourceGroups/([^/]+)/{_PROVIDER}/([^/]+)(?:/(\w+))?", re.IGNORECASE
)
_ROLES = {"listclusterusercredential": "clusterUser", "listclusteradmincredential": "clusterAdmin"}
_CHALLENGE = (
    'Bearer authorization_uri="https://login.windows.net/common", error="invalid_token", '
    'error_description="The access token is invalid."'
)


@dataclass(frozen=True, slots=True)
class ArmAnswer:
    status: int
    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusalError(Exception):
    """An answer that is no success, in ARM's form `{"error": {"code", "message"}}`."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = ArmAnswer(status, {"error": {"code": code, "message": message}}, named)


@dataclass(slots=True)
class ArmState:
    """What the routes know. `denied` holds names of clusters that we may see but not enter."""

    entra: SandboxEntra
    identity_header: str
    page_size: int = 50
    clusters: dict[str, ManagedCluster] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    throttled: int = 0
    retry_after_seconds: int = 17
    broken: bool = False


def answer(state: ArmState, method: str, url: str, headers: Mapping[str, str]) -> ArmAnswer:
    """Answer one request; header names are lower case."""
    address = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(address.query).items()}
    try:
        if address.path == "/msi/token":
            return _identity(state, query, headers)
        _require_entry(state, headers, query)
        return _resource(state, method, address.path, query, headers)
    except RefusalError as refusal:
        return refusal.answer


def _identity(state: ArmState, query: Mapping[str, str], headers: Mapping[str, str]) -> ArmAnswer:
    """The App Service identity endpoint, version 2019-08-01, to which Functions' identities speak."""
    if headers.get("x-identity-header") != state.identity_header:
        raise RefusalError(401, "Unauthorized", "X-IDENTITY-HEADER is wrong or missing")
    if not query.get("resource"):
        raise RefusalError(400, "BadRequest", "resource is missing")
    token = state.entra.issue(query["resource"])
    body = {
        "access_token": token.text,
        "expires_on": str(token.expires_on),
        "resource": query["resource"],
        "token_type": "Bearer",
        "client_id": query.get("client_id", "00000000-0000-4000-8000-0000000000c1"),
    }
    return ArmAnswer(200, body)


def _require_entry(state: ArmState, headers: Mapping[str, str], query: Mapping[str, str]) -> None:
    if state.broken:
        raise RefusalError(503, "ServerTimeout", "The request timed out")
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind != "Bearer" or not state.entra.accepts(token, ARM_RESOURCE):
        raise RefusalError(
            401, "InvalidAuthenticationToken", "The access token is invalid.", WWW_Authenticate=_CHALLENGE
        )
    if state.throttled:
        state.throttled -= 1
        message = "The request is being throttled as the limit has been reached for operation type."
        raise RefusalError(429, "TooManyRequests", message, Retry_After=str(state.retry_after_seconds))
    if "api-version" not in query:
        raise RefusalError(400, "MissingApiVersionParameter", "The api-version query parameter is required")


def _resource(
    state: ArmState, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> ArmAnswer:
    if (found := _LIST.fullmatch(path)) and method == "GET":
        return _page(state, found[1], query, f"http://{headers.get('host', '')}{path}")
    found = _CLUSTER.fullmatch(path)
    if found is None:
        raise RefusalError(404, "InvalidResourceType", f"The resource type of {path} could not be found")
    cluster = _cluster(state, found[1], found[2], found[3])
    action = (found[4] or "").lower()
    if not action and method == "GET":
        return ArmAnswer(200, cluster.body())
    if action in _ROLES and method == "POST":
        return _credentials(state, cluster, action, query.get("format", "exec"))
    raise RefusalError(405, "MethodNotAllowed", f"{method} is not supported for {path}")


def _page(state: ArmState, subscription: str, query: Mapping[str, str], url: str) -> ArmAnswer:
    found = [each for each in state.clusters.values() if each.subscription.lower() == subscription.lower()]
    if not found:
        known = {each.subscription for each in state.clusters.values()}
        if known:
            raise RefusalError(
                404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found."
            )
    start = int(query.get("$skiptoken", "0"))
    page = found[start : start + state.page_size]
    body: dict[str, Any] = {"value": [each.body() for each in page]}
    if start + state.page_size < len(found):
        version = quote(query["api-version"])
        body["nextLink"] = f"{url}?api-version={version}&%24skiptoken={start + state.page_size}"
    return ArmAnswer(200, body)


def _cluster(state: ArmState, subscription: str, group: str, name: str) -> ManagedCluster:
    wanted = (subscription.lower(), group.lower(), name.lower())
    for each in state.clusters.values():
        if (each.subscription.lower(), each.resource_group.lower(), each.name.lower()) == wanted:
            return each
    resource = f"Microsoft.ContainerService/managedClusters/{name}"
    message = f"The Resource '{resource}' under resource group '{group}' was not found."
    raise RefusalError(404, "ResourceNotFound", message)


def _credentials(state: ArmState, cluster: ManagedCluster, action: str, form: str) -> ArmAnswer:
    role = _ROLES[action]
    if cluster.name in state.denied:
        message = (
            "The client 'tidegate' does not have authorization to perform action "
            f"'Microsoft.ContainerService/managedClusters/{action}/action' over scope '{cluster.id}'"
        )
        raise RefusalError(403, "AuthorizationFailed", message)
    if role == "clusterAdmin" and not cluster.local_accounts:
        message = (
            "Getting static credential is not allowed because this cluster is set to disable local accounts."
        )
        raise RefusalError(400, "BadRequest", message)
    return ArmAnswer(200, cluster.credentials(role, form))


def encoded(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body).encode()
