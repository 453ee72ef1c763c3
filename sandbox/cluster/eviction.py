"""`pods/NAME/eviction`: a deletion that asks the disruption budgets first.

Source: pkg/registry/core/pod/storage/eviction.go of Kubernetes 1.34.
"""

from __future__ import annotations

from typing import Any

from sandbox.cluster.api_error import ApiError
from sandbox.cluster.controllers.disruption_budgets import RESOURCE, budgets_of
from sandbox.cluster.hand import Hand, deleting, ready
from sandbox.cluster.reading import get
from sandbox.cluster.request import DeleteOptions, Target
from sandbox.cluster.store import Stored
from sandbox.cluster.writes import Written

_Json = dict[str, Any]
_SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
_SUCCESS = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def evict(hand: Hand, target: Target, options: DeleteOptions) -> Written:
    """Delete the pod, or raise 429 when its budget allows no disruption now; the body is a Status."""
    pod = get(hand.store, Target(target.kind, target.namespace, target.name))
    phase = (pod.body.get("status") or {}).get("phase")
    if phase not in ("Succeeded", "Failed", "Pending") and not deleting(pod):
        _ask(hand, pod, dry_run=options.dry_run)
    gone = hand.deletions.delete(Target(target.kind, target.namespace, target.name), options)
    return Written(dict(_SUCCESS), created=True, changed=gone.changed)


def _ask(hand: Hand, pod: Stored, *, dry_run: bool) -> None:
    """Take one disruption from the budget of the pod. Raises 429 and 500."""
    budgets = budgets_of(hand, pod)
    if len(budgets) > 1:
        raise ApiError(500, "InternalError", _SEVERAL)
    for budget in budgets:
        status = budget.body.get("status") or {}
        has, needs = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
        if not ready(pod) and has >= needs > 0:
            continue  # unhealthyPodEvictionPolicy IfHealthyBudget, the default
        if status.get("disruptionsAllowed", 0) < 1:
            raise _refused(budget.key[1], needs, has)
        if not dry_run:
            left = {**status, "disruptionsAllowed": status["disruptionsAllowed"] - 1}
            hand.set_status((RESOURCE, budget.key), left)


def _refused(budget: str, needs: int, has: int) -> ApiError:
    words = f"The disruption budget {budget} needs {needs} healthy pods and has {has} currently"
    cause = {"reason": "DisruptionBudget", "message": words}
    problem = "Cannot evict pod as it would violate the pod's disruption budget."
    return ApiError(429, "TooManyRequests", problem, {"causes": [cause]})
