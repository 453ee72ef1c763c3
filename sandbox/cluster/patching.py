"""The four patch formats.

Source: k8s.io/apiserver/pkg/endpoints/handlers/patch.go; sentences of a 1.34 server.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonpatch
import jsonpointer
import orjson
import yaml

from sandbox.cluster.api_error import ApiError, bad_request, unsupported_media_type
from sandbox.cluster.request import Target, WriteOptions
from sandbox.cluster.writes import Writes, Written

_Json = dict[str, Any]
MERGE, JSON = "application/merge-patch+json", "application/json-patch+json"
STRATEGIC, APPLY = "application/strategic-merge-patch+json", "application/apply-patch+yaml"
_REJECTED = "the server rejected our request due to an error in our request"


def patch(writes: Writes, target: Target, content_type: str, body: bytes, options: WriteOptions) -> Written:
    """Apply one patch. Raises ApiError 400, 404, 409, 415, 422."""
    if content_type == APPLY:
        return writes.apply(target, _applied(body, target), options)
    return writes.change(target, editor(writes, target, content_type, body), options, patched=True)


def editor(writes: Writes, target: Target, content_type: str, body: bytes) -> Callable[[_Json], _Json]:
    """Return what makes the patched object out of the live one."""
    if content_type == MERGE:
        changes = _object(body)
        return lambda live: merged(live, changes)
    if content_type == JSON:
        operations = _operations(body)
        return lambda live: _edited(live, operations)
    if content_type == STRATEGIC:
        strategic = _object(body)
        return lambda live: writes.strategic(target.kind, live, strategic)
    raise unsupported_media_type()


def merged(live: Any, changes: Any) -> Any:
    """RFC 7386."""
    if not isinstance(changes, dict):
        return changes
    result = dict(live) if isinstance(live, dict) else {}
    for key, value in changes.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def _edited(live: _Json, operations: Any) -> _Json:
    try:
        edited: _Json = jsonpatch.apply_patch(live, operations)
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException) as error:
        raise ApiError(422, "Invalid", _REJECTED, {}) from error
    return edited


def _operations(body: bytes) -> list[Any]:
    try:
        operations = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"error decoding patch: {error}") from error
    if not isinstance(operations, list):
        raise bad_request(
            "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"
        )
    return operations


def _object(body: bytes) -> _Json:
    try:
        changes = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"error decoding patch: {error}") from error
    if not isinstance(changes, dict):
        raise bad_request(
            "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"
        )
    return changes


def _applied(body: bytes, target: Target) -> _Json:
    """An apply patch is YAML; what is sent is nearly always JSON, which is read quicker."""
    try:
        applied = orjson.loads(body)
    except orjson.JSONDecodeError:
        try:
            applied = yaml.safe_load(body)
        except yaml.YAMLError as error:
            raise bad_request(f"error decoding YAML: {error}") from error
    if not isinstance(applied, dict) or not applied.get("kind"):
        raise bad_request("invalid object type: /, Kind=")
    kind = target.kind
    if (applied.get("apiVersion"), applied["kind"]) != (kind.api_version, kind.kind):
        raise bad_request(f"invalid object type: {applied.get('apiVersion')}, Kind={applied['kind']}")
    return applied
