"""What a request wants to do, read from its method, path and query alone.

Source: k8s.io/apiserver/pkg/endpoints/request/requestinfo.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_VERBS = {
    "POST": "create",
    "PUT": "update",
    "PATCH": "patch",
    "DELETE": "delete",
    "GET": "get",
    "HEAD": "get",
}
_OF_NAMESPACES = ("status", "finalize")


@dataclass(frozen=True, slots=True)
class Attributes:
    """Either a resource, or a `path` outside of them (`resource` is ""). `verb` is Kubernetes' word."""

    verb: str
    path: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""

    @classmethod
    def of(cls, method: str, path: str, query: Mapping[str, str]) -> Attributes:
        verb = _VERBS.get(method, method.lower())
        group, rest = _split(path.strip("/").split("/"))
        if not rest:
            return cls(verb, path)
        namespace, rest = _namespaced(rest)
        resource, name, subresource = [*rest, "", ""][:3]
        if verb == "get" and query.get("watch", "false").lower() in ("", "1", "true"):
            verb = "watch"
        elif not name:
            verb = {"get": "list", "delete": "deletecollection"}.get(verb, verb)
        return cls(verb, path, group, resource, subresource, namespace, name)


def _split(parts: list[str]) -> tuple[str, list[str]]:
    """The group, and what stands behind its version; nothing for what is no resource."""
    if parts[0] == "api" and len(parts) > 2:
        return "", parts[2:]
    if parts[0] == "apis" and len(parts) > 3:
        return parts[1], parts[3:]
    return "", []


def _namespaced(rest: list[str]) -> tuple[str, list[str]]:
    if rest[0] != "namespaces" or len(rest) < 2:
        return "", rest
    if len(rest) == 2 or rest[2] in _OF_NAMESPACES:
        return rest[1], rest
    return rest[1], rest[2:]
