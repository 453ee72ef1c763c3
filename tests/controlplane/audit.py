"""The API server's own record of who wrote what."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

_WRITES = ["create", "update", "patch", "delete", "deletecollection"]
_LOOPS = [
    "kube-controller-manager", "kube-scheduler", "kwok", "system:apiserver",
    "system:kube-controller-manager", "system:kube-scheduler",
]  # fmt: skip

# Bodies of what clients write; of Secrets only that they were written
POLICY: dict[str, Any] = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "omitManagedFields": True,
    "rules": [
        {"level": "None", "users": _LOOPS},
        {"level": "None", "resources": [{"group": "", "resources": ["events"]}]},
        {"level": "Metadata", "verbs": _WRITES, "resources": [{"group": "", "resources": ["secrets"]}]},
        {"level": "Request", "verbs": _WRITES},
        {"level": "None"},
    ],
}


@dataclass(frozen=True, slots=True)
class Write:
    """One write request that reached the server, refused ones included (`code` says which)."""

    verb: str
    resource: str
    namespace: str
    name: str
    user_agent: str
    code: int
    query: dict[str, str]
    body: Any

    @property
    def dry_run(self) -> bool:
        return self.query.get("dryRun") == "All"


def read_writes(log: Path) -> list[Write]:
    """Return the writes in the log, oldest first. A line that is still being written is left out."""
    lines = log.read_text().splitlines(keepends=True) if log.exists() else []
    return [_write(json.loads(line)) for line in lines if line.endswith("\n")]


def _write(event: dict[str, Any]) -> Write:
    about = event.get("objectRef", {})
    query = parse_qs(urlsplit(event["requestURI"]).query)
    return Write(
        verb=event["verb"],
        resource=about.get("resource", ""),
        namespace=about.get("namespace", ""),
        name=about.get("name", ""),
        user_agent=event.get("userAgent", ""),
        code=event.get("responseStatus", {}).get("code", 0),
        query={key: values[-1] for key, values in query.items()},
        body=event.get("requestObject"),
    )
