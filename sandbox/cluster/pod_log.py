"""The log of a pretended container: what one would print at its start."""

from __future__ import annotations

from typing import Any

from sandbox.cluster.api_error import bad_request


def pod_log(pod: dict[str, Any], container: str = "", tail: int = 0) -> str:
    """Return the log's text; the last `tail` lines of it if that is not 0. Raises 400.

    Source: sentences of pkg/registry/core/pod/strategy.go and the kubelet.
    """
    name, containers = pod["metadata"]["name"], pod["spec"]["containers"]
    if not container and len(containers) > 1:
        names = " ".join(c["name"] for c in containers)
        raise bad_request(f"a container name must be specified for pod {name}, choose one of: [{names}]")
    chosen = next((c for c in containers if c["name"] == (container or containers[0]["name"])), None)
    if chosen is None:
        raise bad_request(f"container {container} is not valid for pod {name}")
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    state = next((s.get("state") or {} for s in statuses if s["name"] == chosen["name"]), {})
    if waiting := state.get("waiting"):
        raise bad_request(
            f'container "{chosen["name"]}" in pod "{name}" is waiting to start: '
            f"{'trying and failing to pull image' if 'Image' in waiting['reason'] else waiting['reason']}"
        )
    if not state:
        return ""
    lines = [
        f"sandbox: {chosen['image']} started on {pod['spec'].get('nodeName', '')}",
        *(f"sandbox: listening on port {port['containerPort']}" for port in chosen.get("ports") or ()),
        "sandbox: ready",
    ]
    return "".join(f"{line}\n" for line in (lines[-tail:] if tail else lines))
