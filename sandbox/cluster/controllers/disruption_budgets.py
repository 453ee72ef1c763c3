"""PodDisruptionBudgets know how many pods may go.

Source: pkg/controller/disruption of Kubernetes 1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Any

from sandbox.cluster.hand import Hand, deleting, ready
from sandbox.cluster.owners import Ref, references
from sandbox.cluster.selectors import from_selector, selects
from sandbox.cluster.store import Event, Stored

_Json = dict[str, Any]
RESOURCE = "poddisruptionbudgets.policy"
_SCALED = {"ReplicaSet": "replicasets.apps", "StatefulSet": "statefulsets.apps"}


class DisruptionBudgets:
    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def concerns(self, event: Event) -> Iterable[Ref]:
        if event.object.resource == RESOURCE:
            yield (RESOURCE, event.object.key)
        elif event.object.resource == "pods":
            yield from ((RESOURCE, budget.key) for budget in budgets_of(self._hand, event.object))

    def reconcile(self, ref: Ref) -> float | None:
        found = self._hand.store.get(*ref)
        if found is None or deleting(found):
            return None
        pods = [pod for pod in self._hand.store.select("pods", ref[1][0]) if covers(found, pod)]
        expected = self._expected(pods)
        healthy, wanted = sum(ready(pod) for pod in pods), _wanted(found.body["spec"], expected)
        allowed = max(0, healthy - wanted) if expected else 0
        before = found.body.get("status") or {}
        status: _Json = {
            "currentHealthy": healthy,
            "desiredHealthy": wanted,
            "disruptionsAllowed": allowed,
            "expectedPods": expected,
            "observedGeneration": found.body["metadata"]["generation"],
        }
        status["conditions"] = [self._condition(found, before, allowed)]
        if status != before:
            self._hand.set_status(ref, status)
        return None

    def _expected(self, pods: list[Stored]) -> int:
        """The replicas that the owners want; pods without such an owner count themselves."""
        owners, alone = set(), 0
        for pod in pods:
            kinds = [r for r in references(pod) if r.get("controller") and r["kind"] in _SCALED]
            owners |= {(_SCALED[r["kind"]], (pod.key[0], str(r["name"]))) for r in kinds}
            alone += not kinds
        found = (self._hand.store.get(*ref) for ref in owners)
        return alone + sum(int(each.body["spec"].get("replicas", 1)) for each in found if each)

    def _condition(self, found: Stored, before: _Json, allowed: int) -> _Json:
        old: _Json = next(iter(before.get("conditions") or ()), {})
        status = "True" if allowed else "False"
        since = old.get("lastTransitionTime") if old.get("status") == status else self._hand.clock.text()
        return {
            "type": "DisruptionAllowed",
            "status": status,
            "reason": "SufficientPods" if allowed else "InsufficientPods",
            "message": "",
            "lastTransitionTime": since,
            "observedGeneration": found.body["metadata"]["generation"],
        }


def budgets_of(hand: Hand, pod: Stored) -> list[Stored]:
    """The budgets that cover a pod."""
    return [budget for budget in hand.store.select(RESOURCE, pod.key[0]) if covers(budget, pod)]


def covers(budget: Stored, pod: Stored) -> bool:
    selector = budget.body["spec"].get("selector")
    labels = pod.body["metadata"].get("labels") or {}
    over = (pod.body.get("status") or {}).get("phase") in ("Succeeded", "Failed")
    return selector is not None and not over and selects(from_selector(selector), labels)


def _wanted(spec: _Json, expected: int) -> int:
    if "maxUnavailable" in spec:
        return max(0, expected - _part(spec["maxUnavailable"], expected))
    return _part(spec.get("minAvailable", 1), expected)


def _part(value: int | str, whole: int) -> int:
    """`3` or `"25%"`, rounded up."""
    return ceil(whole * int(value.rstrip("%")) / 100) if isinstance(value, str) else value
