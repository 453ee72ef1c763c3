"""Which fields the built-in kinds have: read from the models of the `kubernetes` package.

The package drops defaults, quantities and Go's omitempty; the small tables here say those.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

# In Go these are pointers (or not omitempty), so that their zero value is kept; other zeros vanish.
_KEPT_ZEROS = frozenset(
    """
    allowPrivilegeEscalation privileged runAsNonRoot readOnlyRootFilesystem
    automountServiceAccountToken enableServiceLinks optional controller blockOwnerDeletion suspend
    immutable allocateLoadBalancerNodePorts shareProcessNamespace hostUsers setHostnameAsFQDN
    allowVolumeExpansion manualSelector replicas revisionHistoryLimit progressDeadlineSeconds
    terminationGracePeriodSeconds runAsUser runAsGroup fsGroup defaultMode mode minReplicas
    maxReplicas minAvailable maxUnavailable maxSurge partition backoffLimit completions parallelism
    activeDeadlineSeconds ttlSecondsAfterFinished successfulJobsHistoryLimit failedJobsHistoryLimit
    startingDeadlineSeconds tolerationSeconds priority value targetPort port number
    averageUtilization averageValue stabilizationWindowSeconds weight expirationSeconds
    ingressClassName storageClassName name path key served storage tickSeconds
    deletionGracePeriodSeconds resources emptyDir podSelector namespaceSelector labelSelector grace
    endPort containerPort
    """.split()  # noqa: SIM905 - a table of names, one a word
)
_DROPPED_TEXTS = frozenset({"value", "path"})
_QUANTITIES = frozenset(
    {"limits", "requests", "capacity", "allocatable", "hard", "used", "default", "defaultRequest"}
    | {"max", "min", "maxLimitRequestRatio"}
)
_QUANTITY_TEXTS = frozenset({"sizeLimit", "averageValue", "divisor"})


@cache
def fields(model: str) -> Mapping[str, str]:
    """JSON name → type expression (`str`, `list[V1Container]`, `dict(str, str)`, `object`…)."""
    from kubernetes import client

    found = getattr(client, model)
    return {found.attribute_map[name]: kind for name, kind in found.openapi_types.items()}


@cache
def item_of(kind: str) -> str:
    """The type inside `list[X]` or `dict(str, X)`, "" for anything else."""
    if kind.startswith("list["):
        return kind[5:-1]
    return kind[10:-1] if kind.startswith("dict(str, ") else ""


@cache
def struct_name(model: str) -> str:
    """`V1DeploymentSpec` → `DeploymentSpec`, as Go's decoder names it."""
    return model.removeprefix("Core").lstrip("V0123456789")


def drops_zero(field: str, value: Any) -> bool:
    """Whether Go would leave the field out when it is written again."""
    if value is None:
        return True
    if isinstance(value, str):
        return value == "" and (field not in _KEPT_ZEROS or field in _DROPPED_TEXTS)
    if value is False or (value == 0 and not isinstance(value, bool | list | dict)):
        return field not in _KEPT_ZEROS
    return False


def is_quantity_map(field: str, model: str) -> bool:
    """`resources.limits`, `status.capacity`, `spec.hard`…"""
    return field in _QUANTITIES and not model.startswith("V1CustomResource")


def is_quantity(field: str) -> bool:
    return field in _QUANTITY_TEXTS
