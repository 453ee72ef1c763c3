"""/openapi/v3 with a document for each group and version, and /openapi/v2 in JSON and protobuf.

kubectl takes version 3 first; it validates Lists by version 2, and asks for that in protobuf only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol
from zlib import crc32

import orjson

from sandbox.cluster.kinds import Kind
from sandbox.cluster.openapi.components import REFERENCE, Components, custom_component
from sandbox.cluster.openapi.paths import paths_of

_Json = dict[str, Any]
_INFO = {"title": "Tidegate sandbox", "version": "v1.34.4"}
_SHORT = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}


class Knowledge(Protocol):
    """What the merge program knows of Go's types; see FieldMerge."""

    def describe(self, kind: Kind) -> _Json: ...

    def swagger(self, document: bytes) -> bytes: ...


class OpenApi:
    """The documents of one cluster, made when they are asked for. Safe to share between threads.

    `kinds` says what is served now; `knowledge` has what the Go types of a kind know, and writes protobuf.
    """

    def __init__(self, kinds: Callable[[], Iterable[Kind]], knowledge: Knowledge) -> None:
        self._kinds, self._knowledge = kinds, knowledge
        self._lock = threading.Lock()
        self._made: dict[str, tuple[str, _Json]] = {}
        self._encoded: tuple[str, bytes] = ("", b"")

    def answer(self, path: str) -> _Json | None:
        """The document at a path below /openapi, None where there is none."""
        if path == "/openapi/v3":
            return self._index()
        if path == "/openapi/v2":
            return swagger([self._document(name, kinds) for name, kinds in self._groups().items()])
        name = path.removeprefix("/openapi/v3/")
        kinds = self._groups().get(name)
        return None if kinds is None else self._document(name, kinds)

    def protobuf(self) -> bytes:
        """Version 2 as client-go reads it."""
        mark = _mark(self._kinds())
        with self._lock:
            known, encoded = self._encoded
        if known != mark:
            encoded = self._knowledge.swagger(orjson.dumps(self.answer("/openapi/v2")))
            with self._lock:
                self._encoded = (mark, encoded)
        return encoded

    def _groups(self) -> dict[str, list[Kind]]:
        found: dict[str, list[Kind]] = {}
        for kind in self._kinds():
            found.setdefault(f"apis/{kind.api_version}" if kind.group else "api/v1", []).append(kind)
        return found

    def _index(self) -> _Json:
        paths = {
            name: {"serverRelativeURL": f"/openapi/v3/{name}?hash={_mark(kinds)}"}
            for name, kinds in self._groups().items()
        }
        return {"paths": paths}

    def _document(self, name: str, kinds: list[Kind]) -> _Json:
        mark = _mark(kinds)
        with self._lock:
            known, made = self._made.get(name, ("", {}))
            if known != mark:
                made = self._build(kinds)
                self._made[name] = (mark, made)
            return made

    def _build(self, kinds: list[Kind]) -> _Json:
        structs: _Json = {}
        for kind in kinds:
            structs.update(self._knowledge.describe(kind) if kind.model else {})
        components, paths = Components(structs), {}
        for kind in kinds:
            name = components.add(kind) if kind.model else _custom(components, kind)
            paths.update(paths_of(kind, name))
        schemas = {"schemas": components.schemas}
        return {"openapi": "3.0.0", "info": _INFO, "paths": paths, "components": schemas}


def _custom(components: Components, kind: Kind) -> str:
    """Source: buildKubeNative of k8s.io/apiextensions-apiserver: a kind without schema takes any field."""
    name, identity = custom_component(kind), {"group": kind.group, "kind": kind.kind, "version": kind.version}
    schema: _Json = {"type": "object"}
    if kind.schema is not None:
        metadata = {"metadata": {"allOf": [{"$ref": REFERENCE + components.metadata()}]}}
        schema = {
            **kind.schema,
            "properties": {**(kind.schema.get("properties") or {}), **_SHORT, **metadata},
        }
    components.schemas[name] = {**schema, "x-kubernetes-group-version-kind": [identity]}
    return name


def swagger(documents: Iterable[_Json]) -> _Json:
    """Join documents of version 3 to one of version 2."""
    paths: _Json = {}
    definitions: _Json = {}
    for document in documents:
        definitions.update(document["components"]["schemas"])
        for url, item in document["paths"].items():
            paths[url] = {key: _older(key, part) for key, part in item.items()}
    older = {name: _older_schema(schema) for name, schema in definitions.items()}
    whole = {"swagger": "2.0", "info": _INFO, "paths": paths, "definitions": older}
    text = orjson.dumps(whole).replace(REFERENCE.encode(), b"#/definitions/")
    joined: _Json = orjson.loads(text)
    return joined


def _older(key: str, part: Any) -> Any:
    """A path item's part: parameters carry their type, bodies are parameters."""
    if key == "parameters":
        return [_parameter(each) for each in part]
    parameters = [_parameter(each) for each in part["parameters"]]
    older = {k: v for k, v in part.items() if k.startswith("x-") or k == "operationId"}
    if body := part.get("requestBody"):
        older["consumes"] = list(body["content"])
        schema = next(iter(body["content"].values()))["schema"]
        parameters.append({"in": "body", "name": "body", "required": True, "schema": schema})
    answer = part["responses"]["200"]
    schema = answer["content"]["application/json"]["schema"]
    responses = {"200": {"description": answer["description"], "schema": schema}}
    return {**older, "produces": ["application/json"], "parameters": parameters, "responses": responses}


def _parameter(each: Mapping[str, Any]) -> _Json:
    return {**{k: v for k, v in each.items() if k != "schema"}, **each["schema"]}


def _older_schema(schema: _Json) -> _Json:
    """`allOf` around one reference is how version 3 describes it; version 2 has no `oneOf` at all."""
    older = {key: value for key, value in schema.items() if key not in ("allOf", "oneOf")}
    if "oneOf" in schema:
        older["type"] = "string"
    for whole in schema.get("allOf") or ():
        older.update(whole)
    if properties := older.get("properties"):
        older["properties"] = {name: _older_schema(inner) for name, inner in properties.items()}
    for part in ("items", "additionalProperties"):
        if isinstance(older.get(part), dict):
            older[part] = _older_schema(older[part])
    return older


def _mark(kinds: Iterable[Kind]) -> str:
    text = orjson.dumps([[k.api_version, k.kind, k.status, k.schema] for k in kinds])
    return f"{crc32(text):08X}"
