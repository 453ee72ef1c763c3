"""An image was pushed to a registry."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Self

from shared.domain.events.event_trace import trace_of
from shared.errors import InvalidRequestError

_KIND = "image_push"
_TEXTS = ("host", "repository", "tag", "digest", "event", "trace")


@dataclass(frozen=True, slots=True)
class ImagePush:
    """A hint to look: tag and digest are read back from the registry before anything is done.

    `host` and `repository` name the image; `event` is the registry's id of the event; `trace` are 32 hex
    digits that follow the change to the pod; `at` is when it happened, in the sender's words, "" if unsaid.
    """

    host: str
    repository: str
    tag: str
    digest: str
    event: str
    trace: str
    at: str = ""

    def to_message(self) -> str:
        """Return JSON for the events queue."""
        return json.dumps({"v": 1, "kind": _KIND, **asdict(self)}, separators=(",", ":"))

    @classmethod
    def from_message(cls, text: str) -> Self:
        """Read what `to_message` wrote. Raises InvalidRequestError for anything else."""
        try:
            fields = json.loads(text)
        except ValueError as error:
            raise InvalidRequestError("Event message: is no JSON") from error
        if not isinstance(fields, dict) or (fields.get("v"), fields.get("kind")) != (1, _KIND):
            raise InvalidRequestError(f"Event message: is no {_KIND} of version 1")
        wrong = [name for name in _TEXTS if not isinstance(fields.get(name), str)]
        if wrong:
            raise InvalidRequestError(f"Event message: {wrong[0]} is missing or malformed")
        return cls(**{name: fields[name] for name in _TEXTS}, at=str(fields.get("at") or ""))

    @classmethod
    def of_registry(cls, body: dict[str, Any], subject: str) -> Self | None:
        """Read the body that webhook and Event Grid share; None for a manifest that got no tag.

        Raises InvalidRequestError with `subject` at its beginning when a name is missing.
        Source: learn.microsoft.com, "Azure Container Registry webhook reference", push.
        """
        target, request = body.get("target"), body.get("request")
        if not isinstance(target, dict) or not isinstance(request, dict):
            raise InvalidRequestError(f"{subject}: push has no target or no request")
        host, repository = request.get("host"), target.get("repository")
        tag, digest = target.get("tag") or "", target.get("digest") or ""
        if not all(isinstance(value, str) and value for value in (host, repository)):
            raise InvalidRequestError(f"{subject}: push names no registry or no repository")
        if not isinstance(tag, str) or not isinstance(digest, str):
            raise InvalidRequestError(f"{subject}: push has a tag or a digest that is no text")
        event = str(body.get("id") or "")
        trace = trace_of(event or f"{host}/{repository}:{tag}@{digest}")
        at = str(body.get("timestamp") or "")
        return cls(str(host).lower(), str(repository), tag, digest, event, trace, at) if tag else None
