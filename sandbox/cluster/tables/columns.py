"""Which columns each kind has, and the function that fills them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sandbox.cluster.kinds import Kind
from sandbox.cluster.tables import others, workloads
from sandbox.cluster.tables.cells import Row
from sandbox.cluster.tables.json_path import first

_Json = dict[str, Any]
Cells = Callable[[Row], list[Any]]
_TEMPLATE = "+Containers|+Images|+Selector"
_PV = "Access Modes|Reclaim Policy|Status|Claim|StorageClass|VolumeAttributesClass|Reason|Age|+VolumeMode"
_NODE = "+Internal-IP|+External-IP|+OS-Image|+Kernel-Version|+Container-Runtime"
_EVENT = "Last Seen|Type|Reason|Object|+Subobject|+Source|Message|+First Seen|+Count|+*Name"
_BINDING = "*Name|Role|Age|+Users|+Groups|+ServiceAccounts"
_CREATED, _PLAIN = "*Name|@Created At", "*Name|@Age"

# "*" is the name, "#" an integer, "?" a boolean, "@" a date, "+" is shown by -o wide only
_BUILT_IN: Mapping[str, tuple[str, Cells]] = {
    "pods": (
        "*Name|Ready|Status|Restarts|Age|+IP|+Node|+Nominated Node|+Readiness Gates",
        workloads.pod,
    ),
    "deployments.apps": (f"*Name|Ready|Up-to-date|Available|Age|{_TEMPLATE}", workloads.deployment),
    "replicasets.apps": (f"*Name|#Desired|#Current|#Ready|Age|{_TEMPLATE}", workloads.replica_set),
    "statefulsets.apps": ("*Name|Ready|Age|+Containers|+Images", workloads.stateful_set),
    "daemonsets.apps": (
        f"*Name|#Desired|#Current|#Ready|#Up-to-date|#Available|Node Selector|Age|{_TEMPLATE}",
        workloads.daemon_set,
    ),
    "jobs.batch": (f"*Name|Status|Completions|Duration|Age|{_TEMPLATE}", workloads.job),
    "cronjobs.batch": (
        f"*Name|Schedule|Timezone|?Suspend|#Active|Last Schedule|Age|{_TEMPLATE}",
        workloads.cron_job,
    ),
    "horizontalpodautoscalers.autoscaling": (
        "*Name|Reference|Targets|MinPods|MaxPods|Replicas|Age",
        workloads.autoscaler,
    ),
    "services": ("*Name|Type|Cluster-IP|External-IP|Port(s)|Age|+Selector", others.service),
    "endpoints": ("*Name|Endpoints|Age", others.endpoints),
    "endpointslices.discovery.k8s.io": ("*Name|AddressType|Ports|Endpoints|Age", others.endpoint_slice),
    "ingresses.networking.k8s.io": ("*Name|Class|Hosts|Address|Ports|Age", others.ingress),
    "ingressclasses.networking.k8s.io": ("*Name|Controller|Parameters|Age", others.ingress_class),
    "networkpolicies.networking.k8s.io": ("*Name|Pod-Selector|Age", others.network_policy),
    "configmaps": ("*Name|Data|Age", others.config_map),
    "secrets": ("*Name|Type|Data|Age", others.secret),
    "serviceaccounts": ("*Name|Secrets|Age", others.service_account),
    "namespaces": ("*Name|Status|Age", others.namespace),
    "nodes": (f"*Name|Status|Roles|Age|Version|{_NODE}", others.node),
    "events": (_EVENT, others.event),
    "limitranges": (_CREATED, others.created),
    "resourcequotas": ("*Name|Request|Limit|Age", others.quota),
    "persistentvolumes": (f"*Name|Capacity|{_PV}", others.volume),
    "persistentvolumeclaims": (
        "*Name|Status|Volume|Capacity|Access Modes|StorageClass|VolumeAttributesClass|Age|+VolumeMode",
        others.claim,
    ),
    "storageclasses.storage.k8s.io": (
        "*Name|Provisioner|ReclaimPolicy|VolumeBindingMode|AllowVolumeExpansion|Age",
        others.storage_class,
    ),
    "poddisruptionbudgets.policy": (
        "*Name|Min Available|Max Unavailable|#Allowed Disruptions|Age",
        others.disruption_budget,
    ),
    "roles.rbac.authorization.k8s.io": (_CREATED, others.created),
    "clusterroles.rbac.authorization.k8s.io": (_CREATED, others.created),
    "rolebindings.rbac.authorization.k8s.io": (_BINDING, others.binding),
    "clusterrolebindings.rbac.authorization.k8s.io": (_BINDING, others.binding),
    "leases.coordination.k8s.io": ("*Name|Holder|Age", others.lease),
    "priorityclasses.scheduling.k8s.io": (
        "*Name|#Value|?Global-Default|Age|PreemptionPolicy",
        others.priority_class,
    ),
    "controllerrevisions.apps": ("*Name|Controller|Revision|Age", others.controller_revision),
    "mutatingwebhookconfigurations.admissionregistration.k8s.io": (
        "*Name|#Webhooks|Age",
        others.webhooks,
    ),
    "validatingwebhookconfigurations.admissionregistration.k8s.io": (
        "*Name|#Webhooks|Age",
        others.webhooks,
    ),
    "customresourcedefinitions.apiextensions.k8s.io": (_CREATED, others.created),
    "apiservices.apiregistration.k8s.io": ("*Name|Service|Available|Age", others.api_service),
}
_MARKS: Mapping[str, Mapping[str, Any]] = {
    "*": {"format": "name"},
    "#": {"type": "integer"},
    "?": {"type": "boolean"},
    "@": {"type": "date"},
    "+": {"priority": 1},
}


@dataclass(frozen=True, slots=True)
class Columns:
    """TableColumnDefinitions of a kind, and what makes the cells of one row."""

    definitions: tuple[_Json, ...]
    cells: Cells


def columns_of(kind: Kind) -> Columns:
    """Built-in kinds have their own; custom ones those of their definition, else name and age."""
    if not kind.model:
        return _custom(kind)
    text, cells = _BUILT_IN.get(kind.resource, (_PLAIN, others.plain))
    return Columns(_definitions(text), cells)


@cache
def _definitions(text: str) -> tuple[_Json, ...]:
    return tuple(_definition(word) for word in text.split("|"))


def _definition(word: str) -> _Json:
    found: _Json = {"name": "", "type": "string", "format": "", "description": "", "priority": 0}
    while word[0] in _MARKS:
        found.update(_MARKS[word[0]])
        word = word[1:]
    found["name"] = word
    return found


def _custom(kind: Kind) -> Columns:
    """Source: apiextensions-apiserver/pkg/registry/customresource/tableconvertor."""
    wanted = kind.columns or ({"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},)
    blank = {"format": "", "description": "", "priority": 0}
    own = [{**blank, **{k: v for k, v in each.items() if k != "jsonPath"}} for each in wanted]

    def cells(row: Row) -> list[Any]:
        return [row.name, *(_cell(row, str(c["type"]), first(str(c["jsonPath"]), row.body)) for c in wanted)]

    return Columns((_definition("*Name"), *own), cells)


def _cell(row: Row, kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "date":
        return row.since(str(value))
    if kind in ("integer", "number", "boolean"):
        return value
    return str(value)
