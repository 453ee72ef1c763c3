"""Bodies of requests: JSON, YAML, and the protobuf that typed Go clients like kubectl's `create` send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import yaml

from sandbox.cluster.api_error import ApiError, bad_request
from sandbox.cluster.call import Call

_Json = dict[str, Any]
_PROTOBUF = "application/vnd.kubernetes.protobuf"
_UNKNOWN = (
    "the body of the request was in an unknown format - accepted media types include: application/json, "
    f"application/yaml, {_PROTOBUF}"
)


class Bodies:
    """Reads the objects that clients send; `unprotobuf` decodes what is no text."""

    def __init__(self, unprotobuf: Callable[[bytes], _Json]) -> None:
        self._unprotobuf = unprotobuf

    def read(self, call: Call, kind: str) -> _Json:
        """Return the object that was sent for a `kind`. Raises 400 and 415."""
        if call.content_type not in ("application/json", "application/yaml", _PROTOBUF, ""):
            raise ApiError(415, "UnsupportedMediaType", _UNKNOWN)
        unread = f"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind"
        try:
            body = self._decoded(call)
        except (orjson.JSONDecodeError, yaml.YAMLError) as error:
            raise bad_request(f"{unread}; json parse error: {error}") from error
        if not isinstance(body, dict):
            raise bad_request(f"{unread}; json parse error: json: cannot unmarshal into Go value")
        return body

    def options(self, call: Call) -> _Json:
        """Return the options in the body of a DELETE, {} without one. Raises 400 and 415."""
        return self.read(call, "DeleteOptions") if call.message.body else {}

    def _decoded(self, call: Call) -> Any:
        if call.content_type == _PROTOBUF:
            return self._unprotobuf(call.message.body)
        if call.content_type == "application/yaml":
            return yaml.safe_load(call.message.body)
        return orjson.loads(call.message.body)
