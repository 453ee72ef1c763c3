"""What a registry tells the world, as webhook and as Event Grid event.

Source: learn.microsoft.com, "Azure Container Registry webhook reference" and "as an Event Grid source".
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.registry.store import Manifest

_ARM_ID = (
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/images"
    "/providers/Microsoft.ContainerRegistry/registries/"
)


def push_body(host: str, repository: str, tag: str, manifest: Manifest) -> dict[str, Any]:
    """The body of `push`; without a tag where a manifest was pushed by its digest."""
    target: dict[str, Any] = {
        "mediaType": manifest.media_type,
        "size": len(manifest.body),
        "digest": manifest.digest,
        "length": len(manifest.body),
        "repository": repository,
    }
    request = {"id": str(uuid.uuid4()), "host": host, "method": "PUT", "useragent": "sandbox/1.0"}
    return {**_head("push"), "target": target | ({"tag": tag} if tag else {}), "request": request}


def ping_body() -> dict[str, Any]:
    return _head("ping")


def delete_body(host: str, repository: str, digest: str) -> dict[str, Any]:
    request = {"id": str(uuid.uuid4()), "host": host, "method": "DELETE", "useragent": "sandbox/1.0"}
    target = {"mediaType": "application/octet-stream", "digest": digest, "repository": repository}
    return {**_head("delete"), "target": target, "request": request}


def grid_event(body: Mapping[str, Any]) -> dict[str, Any]:
    """The same push as an event of Event Grid's own schema."""
    target = body["target"]
    return {
        "id": body["id"],
        "topic": _ARM_ID + str(body["request"]["host"]).partition(".")[0],
        "subject": ":".join(part for part in (target["repository"], target.get("tag", "")) if part),
        "eventType": "Microsoft.ContainerRegistry.ImagePushed",
        "eventTime": body["timestamp"],
        "data": {**body, "location": "koreacentral", "connectedRegistry": {"name": ""}},
        "dataVersion": "2.0",
        "metadataVersion": "1",
    }


def cloud_event(body: Mapping[str, Any]) -> dict[str, Any]:
    """The same push in CloudEvents 1.0."""
    event = grid_event(body)
    return {
        "specversion": "1.0",
        "id": event["id"],
        "source": event["topic"],
        "subject": event["subject"],
        "type": event["eventType"],
        "time": event["eventTime"],
        "data": event["data"],
    }


def _head(action: str) -> dict[str, Any]:
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "123Z"
    return {"id": str(uuid.uuid4()), "timestamp": stamp, "action": action}
