"""Writes docs/openapi.json from the routes: `python -m functions.api.openapi`."""

from __future__ import annotations

import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any

from functions.api.call import VERSION
from functions.api.openapi_schemas import SCHEMAS, ref
from functions.api.routes import route_map

_TARGET = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
_ARGUMENT = re.compile(r"<(\w+)>")
_QUERY = re.compile(r"[?&](\w+)=")
_ONE = "/api/v1/applications/{name}"
# (method, path) → (what is sent, what is answered); what is not here is any object
_BODIES: dict[tuple[str, str], tuple[str, str]] = {
    ("POST", "/api/v1/session"): ("Credentials", "Session"),
    ("GET", "/api/v1/session/userinfo"): ("", "UserInfo"),
    ("GET", "/api/v1/applications"): ("", "ApplicationList"),
    ("POST", "/api/v1/applications"): ("Application", "Application"),
    ("GET", _ONE): ("", "Application"),
    ("PUT", _ONE): ("Application", "Application"),
    ("POST", f"{_ONE}/sync"): ("SyncWish", "Application"),
    ("POST", f"{_ONE}/rollback"): ("RollbackWish", "Application"),
    ("GET", f"{_ONE}/resource-tree"): ("", "ResourceTree"),
    ("GET", f"{_ONE}/managed-resources"): ("", "ManagedResources"),
    ("GET", f"{_ONE}/manifests"): ("", "Manifests"),
    ("GET", f"{_ONE}/resource"): ("", "LiveResource"),
    ("GET", f"{_ONE}/events"): ("", "EventList"),
    ("GET", f"{_ONE}/operation"): ("", "OperationView"),
    ("GET", f"{_ONE}/revisions/{{revision}}/metadata"): ("", "RevisionMetadata"),
    ("GET", "/api/v1/applicationsets"): ("", "ApplicationSetList"),
    ("POST", "/api/v1/applicationsets"): ("ApplicationSet", "ApplicationSet"),
    ("GET", "/api/v1/applicationsets/{name}"): ("", "ApplicationSet"),
    ("GET", "/api/v1/clusters"): ("", "ClusterList"),
    ("GET", "/api/v1/clusters/{cluster}"): ("", "Cluster"),
    ("GET", "/api/v1/repositories"): ("", "RepositoryList"),
    ("GET", "/api/v1/repositories/{repo}"): ("", "Repository"),
    ("GET", "/api/v1/audit"): ("", "AuditPage"),
    ("GET", "/healthz"): ("", "HealthReport"),
    ("GET", "/api/v1/traces"): ("", "TracePage"),
    ("GET", "/api/v1/traces/{trace}"): ("", "Trace"),
    ("GET", "/api/v1/messages"): ("", "MessagePage"),
    ("GET", "/api/v1/messages/{message}"): ("", "Message"),
}
# NDJSON, or server-sent events for who accepts those: a line is {"result": …}
_STREAMS = {
    "/api/v1/stream/applications": "ApplicationEvent",
    "/api/v1/stream/applications/{name}/resource-tree": "ResourceTree",
    f"{_ONE}/logs": "LogEntry",
    f"{_ONE}/pods/{{pod}}/logs": "LogEntry",
}
_TEXTS = ("/metrics",)


def document() -> dict[str, Any]:
    """The OpenAPI description of every route; words come from the handlers' docstrings."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in sorted(route_map().iter_rules(), key=lambda each: str(each.rule)):
        handler, public = rule.endpoint
        path = _ARGUMENT.sub(r"{\1}", rule.rule)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            paths.setdefault(path, {})[method.lower()] = _operation(method, path, handler, public)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tidegate", "version": VERSION.removeprefix("v")},
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def text() -> str:
    """The document as it lies in docs/openapi.json."""
    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _operation(method: str, path: str, handler: Any, public: bool) -> dict[str, Any]:
    words = inspect.getdoc(handler) or ""
    sent, answered = _BODIES.get((method, path), ("", ""))
    operation: dict[str, Any] = {
        "operationId": _identifier(method, path),
        "summary": words.partition("\n")[0].strip(),
        "parameters": [*_path_parameters(path), *_query_parameters(method, path, words)],
        "responses": {
            "200": _answer(path, answered),
            "default": _json("What was refused, and why", ref("Error")),
        },
        "security": [] if public else [{"token": []}],
    }
    if sent:
        operation["requestBody"] = {"required": True, **_content("application/json", ref(sent))}
    return operation


def _identifier(method: str, path: str) -> str:
    return "_".join([method.lower(), *re.findall(r"\w+", path.removeprefix("/api/v1"))])


def _path_parameters(path: str) -> list[dict[str, Any]]:
    names = re.findall(r"{(\w+)}", path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(method: str, path: str, words: str) -> list[dict[str, Any]]:
    names = dict.fromkeys(_QUERY.findall(words))
    if path.startswith((_ONE, "/api/v1/stream/applications/")) and method in ("GET", "DELETE"):
        names.setdefault("appNamespace")
    return [{"name": name, "in": "query", "schema": {"type": "string"}} for name in names]


def _answer(path: str, name: str) -> dict[str, Any]:
    if item := _STREAMS.get(path):
        line = {"type": "object", "required": ["result"], "properties": {"result": ref(item)}}
        return {"description": "Lines, as they come", **_content("application/json", line)}
    if path in _TEXTS:
        return {"description": "Text", **_content("text/plain", {"type": "string"})}
    return _json("Done", ref(name) if name else {"type": "object"})


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, **_content("application/json", schema)}


def _content(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {kind: {"schema": schema}}}


if __name__ == "__main__":
    _TARGET.write_text(text(), encoding="utf-8")
    sys.exit(0)
