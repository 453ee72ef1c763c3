"""How kwok plays a cluster: nodes are ready, containers run, Jobs end, an Ingress gets an address.

kwok brings no stages of its own; these are Go templates over the object, which kwok writes to its status.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_NODE_STATUS = """
{{ $now := Now }}
conditions:
- {type: Ready, status: "True", reason: KwokIsReady, message: "played by kwok",
   lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }}}
addresses:
- {type: InternalIP, address: {{ NodeIP | Quote }}}
- {type: Hostname, address: {{ .metadata.name | Quote }}}
allocatable: {cpu: 1k, memory: 1Ti, pods: 1M}
capacity: {cpu: 1k, memory: 1Ti, pods: 1M}
"""

_RUNNING = """
{{ $now := Now }}
phase: Running
startTime: {{ $now | Quote }}
conditions:
{{ range $type := list "PodScheduled" "Initialized" "ContainersReady" "Ready" }}
- {type: {{ $type }}, status: "True", lastTransitionTime: {{ $now | Quote }}}
{{ end }}
{{ range .spec.readinessGates }}
- {type: {{ .conditionType | Quote }}, status: "True", lastTransitionTime: {{ $now | Quote }}}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", ready: true, started: true,
   restartCount: 0, state: {running: {startedAt: {{ $now | Quote }}}}}
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", ready: true, restartCount: 0,
   state: {terminated: {
     exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}}
{{ end }}
{{ $hostNetwork := or .spec.hostNetwork false }}
{{ with PodIPWith .spec.nodeName $hostNetwork .metadata.uid .metadata.name .metadata.namespace }}
podIP: {{ . | Quote }}
{{ end }}
{{ with NodeIPWith .spec.nodeName }}
hostIP: {{ . | Quote }}
{{ end }}
"""

_COMPLETED = """
{{ $now := Now }}
phase: Succeeded
containerStatuses:
{{ range .spec.containers }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "",
   ready: false, started: false, restartCount: 0,
   state: {terminated: {
     exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}}
{{ end }}
"""

_ADDRESS = """
loadBalancer:
  ingress:
  - {ip: 192.0.2.1}
"""

_ALIVE = {"key": ".metadata.deletionTimestamp", "operator": "DoesNotExist"}


def _when(key: str, operator: str, *values: str) -> dict[str, Any]:
    return {"key": key, "operator": operator, "values": list(values)}


def _stage(
    name: str, kind: str, selector: list[dict[str, Any]], then: Mapping[str, Any], group: str = "v1"
) -> dict[str, Any]:
    return {
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "Stage",
        "metadata": {"name": name},
        "spec": {
            "resourceRef": {"apiGroup": group, "kind": kind},
            "selector": {"matchExpressions": selector},
            "next": then,
        },
    }


_STAGES = (
    _stage(
        "node-ready",
        "Node",
        [_when('.status.conditions.[] | select( .type == "Ready" ) | .status', "NotIn", "True")],
        {"statusTemplate": _NODE_STATUS},
    ),
    _stage(
        "pod-runs", "Pod", [_ALIVE, _when(".status.phase", "In", "Pending")], {"statusTemplate": _RUNNING}
    ),
    _stage(
        "job-completes",
        "Pod",
        [
            _ALIVE,
            _when(".status.phase", "In", "Running"),
            _when(".metadata.ownerReferences.[].kind", "In", "Job"),
        ],
        {"statusTemplate": _COMPLETED},
    ),
    _stage(
        "pod-goes",
        "Pod",
        [{"key": ".metadata.deletionTimestamp", "operator": "Exists"}],
        {"delete": True},
    ),
    _stage(
        "ingress-gets-address",
        "Ingress",
        [_ALIVE, {"key": ".status.loadBalancer.ingress", "operator": "DoesNotExist"}],
        {"statusTemplate": _ADDRESS},
        group="networking.k8s.io/v1",
    ),
)


def kwok_configuration() -> str:
    """Return the text of kwok's configuration file: documents of JSON, which is YAML."""
    return "\n---\n".join(json.dumps(stage) for stage in _STAGES)
