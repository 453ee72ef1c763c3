"""URLs to behaviour: discovery, objects, lists, watches, subresources. Every answer is logged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

import orjson

from sandbox.cluster import api_error, discovery
from sandbox.cluster.access.attributes import Attributes
from sandbox.cluster.access.rbac import Rbac
from sandbox.cluster.access.users import Users
from sandbox.cluster.api_error import ApiError
from sandbox.cluster.call import Call
from sandbox.cluster.kinds import Kind
from sandbox.cluster.objects import Objects
from sandbox.cluster.openapi.documents import OpenApi
from sandbox.cluster.request import Target
from sandbox.cluster.request_log import Request, RequestLog
from sandbox.cluster.wire import Answer, Message

_SWAGGER = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
_HEALTH = ("/healthz", "/readyz", "/livez")


class Routes:
    """Answers the requests of one cluster, from users who may ask. Never raises."""

    def __init__(
        self, objects: Objects, openapi: OpenApi, users: Users, rbac: Rbac, requests: RequestLog
    ) -> None:
        self._objects, self._openapi, self._users, self._rbac = objects, openapi, users, rbac
        self._requests = requests
        self.unavailable = False

    def __call__(self, message: Message) -> Answer:
        call = Call(message, dict(parse_qsl(message.query, keep_blank_values=True)))
        try:
            answer = self._answer(call)
        except ApiError as error:
            answer = Answer(error.code, orjson.dumps(error.status()))
        except Exception as error:  # noqa: BLE001 - a server answers 500, whatever happened
            internal = ApiError(500, "InternalError", f"Internal error occurred: {error!r}")
            answer = Answer(500, orjson.dumps(internal.status()))
        self._log(call, answer)
        return answer

    def _answer(self, call: Call) -> Answer:
        if self.unavailable:
            raise ApiError(503, "ServiceUnavailable", "the server is currently unable to handle the request")
        path = call.message.path.rstrip("/") or "/"
        if path in _HEALTH:
            return Answer(200, b"ok", "text/plain; charset=utf-8")
        wanted = Attributes.of(call.message.method, path, call.query)
        call.verb = wanted.verb
        call.user = self._users.authenticate(call.message.headers.get("authorization", ""))
        self._rbac.demand(call.user, wanted)
        if (found := self._discovery(path, call.accept)) is not None:
            if call.message.method != "GET":
                raise api_error.method_not_allowed()
            return found
        target = self._target(path)
        if target is None:
            return Answer(404, b"404 page not found\n", "text/plain; charset=utf-8")
        call.target = target
        return self._objects.answer(call, target)

    def _discovery(self, path: str, accept: str) -> Answer | None:
        kinds = self._objects.registry.kinds()
        if path.startswith("/openapi/"):
            return self._described(path, accept)
        if path in ("/api", "/apis") and "as=APIGroupDiscoveryList" in accept and "v=v2" in accept:
            kind = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
            return Answer(200, orjson.dumps(discovery.aggregated(kinds, core=path == "/api")), kind)
        document = discovery.VERSION if path == "/version" else _document(kinds, path)
        return None if document is None else Answer(200, orjson.dumps(document))

    def _described(self, path: str, accept: str) -> Answer | None:
        if not accept or any(text in accept for text in ("application/json", "*/*")):
            document = self._openapi.answer(path)
            return None if document is None else Answer(200, orjson.dumps(document))
        if path == "/openapi/v2" and _SWAGGER in accept:
            return Answer(200, self._openapi.protobuf(), _SWAGGER.replace("@", "."))  # "@" is no media type
        problem = "only the following media types are accepted: application/json"
        raise ApiError(406, "NotAcceptable", problem)

    def _target(self, path: str) -> Target | None:
        """Read a resource URL; None for one outside of every served group. Raises 404 for the rest."""
        parts = path.strip("/").split("/")
        if parts[0] == "api" and len(parts) > 2:
            group, version, rest = "", parts[1], parts[2:]
        elif parts[0] == "apis" and len(parts) > 3:
            group, version, rest = parts[1], parts[2], parts[3:]
        else:
            return None
        if not any((k.group, k.version) == (group, version) for k in self._objects.registry.kinds()):
            return None
        return self._resource(group, version, rest)

    def _resource(self, group: str, version: str, rest: list[str]) -> Target:
        namespace = ""
        own = rest[0] == "namespaces" and (len(rest) < 3 or rest[2] in ("status", "finalize"))
        if rest[0] == "namespaces" and not (group == "" and own):
            if len(rest) < 3:
                raise api_error.unknown_resource()
            namespace, rest = rest[1], rest[2:]
        kind = self._objects.registry.at(group, version, rest[0])
        if kind is None or len(rest) > 3 or (namespace and not kind.namespaced):
            raise api_error.unknown_resource()
        name, subresource = [*rest[1:], "", ""][:2]
        if kind.namespaced and name and not namespace:
            raise api_error.unknown_resource()
        return Target(kind, namespace, name, subresource)

    def _log(self, call: Call, answer: Answer) -> None:
        target, message = call.target, call.message
        resource = ""
        if target:
            resource = target.kind.resource + (f"/{target.subresource}" if target.subresource else "")
        self._requests.add(
            Request(
                verb=call.verb,
                path=message.path,
                query=message.query,
                content_type=call.content_type if message.body else "",
                status=answer.status,
                manager=call.manager,
                dry_run="dryRun" in call.query,
                changed=call.changed,
                resource=resource,
                namespace=target.namespace if target else "",
                name=_name(call, answer),
                agent=message.headers.get("user-agent", ""),
            )
        )


def _name(call: Call, answer: Answer) -> str:
    """What the request was about; a POST says it in its body, and the answer has it for good."""
    name = call.target.name if call.target else ""
    if call.verb == "create" and call.changed and not name and isinstance(answer.body, bytes):
        return str(orjson.loads(answer.body)["metadata"]["name"])
    return name


def _document(kinds: Iterable[Kind], path: str) -> dict[str, Any] | None:
    parts = path.strip("/").split("/")
    if path == "/api":
        return discovery.api_versions()
    if path == "/apis":
        return discovery.group_list(kinds)
    if parts[0] == "api" and len(parts) == 2:
        return discovery.resource_list(kinds, "", parts[1])
    if parts[0] == "apis" and len(parts) == 2:
        return discovery.group(kinds, parts[1])
    return (
        discovery.resource_list(kinds, parts[1], parts[2]) if parts[0] == "apis" and len(parts) == 3 else None
    )
