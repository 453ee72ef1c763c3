"""`drift`: another number of replicas, as by `kubectl scale`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from sandbox.demo.control.effect import Step
from sandbox.demo.control.reach import Done, Reach, Verb
from sandbox.demo.control.refusal import RefusedError
from sandbox.demo.control.request_fields import RequestFields
from sandbox.demo.control.rollout import DEPLOYMENT, deployment, rolled_out
from shared.domain.manifests.manifest import Manifest

_NAME = re.compile(r"[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?")
_RULE = "Write a name as Kubernetes takes it"
_REPLICAS, _HIGHEST = 5, 50


def _run(reach: Reach, fields: RequestFields) -> Done:
    namespace = fields.text("namespace", "production", _NAME, _RULE)
    name = fields.text("name", "ai-app", _NAME, _RULE)
    replicas = fields.number("replicas", _REPLICAS, _HIGHEST)
    live = _found(reach, namespace, name)
    before = int(live["spec"]["replicas"])
    if before == replicas:
        raise RefusedError(
            f"Deployment {namespace}/{name}",
            "replicas",
            f"are {before} already",
            "Choose another number",
            HTTPStatus.CONFLICT,
        )
    names = reach.applications.owning("Deployment", namespace, name)
    reach.cluster.objects.patch(DEPLOYMENT, namespace, name, {"spec": {"replicas": replicas}})
    drifted = _Drifted(reach, namespace, name, replicas, int(live["metadata"]["generation"]), names)
    whose = f"of {' and '.join(names)}" if names else "which no application owns"
    return Done(
        f"Changed the replicas of Deployment {namespace}/{name}, {whose}, from {before} to {replicas}",
        names,
        drifted.steps(),
        {"namespace": namespace, "name": name, "before": before, "replicas": replicas},
    )


def _found(reach: Reach, namespace: str, name: str) -> Manifest:
    live = deployment(reach, namespace, name)
    if live is not None:
        return live
    there = ", ".join("/".join(each) for each in reach.applications.objects("Deployment")) or "none"
    raise RefusedError(
        f"Deployment {namespace}/{name}",
        "name",
        "is not in the cluster",
        f"Tidegate's Deployments are: {there}",
        HTTPStatus.NOT_FOUND,
    )


@dataclass(frozen=True, slots=True)
class _Drifted:
    """`generation` is that of the Deployment before it was touched."""

    reach: Reach
    namespace: str
    name: str
    replicas: int
    generation: int
    names: list[str]

    def steps(self) -> list[Step]:
        return [Step("put back", self._put_back), Step("Healthy", self._healthy)] if self.names else []

    def _put_back(self) -> str:
        """Two changes later, ours and the one against it; the number is what Git says."""
        live = deployment(self.reach, self.namespace, self.name)
        if live is None or live["metadata"]["generation"] < self.generation + 2:
            return ""
        now = live["spec"]["replicas"]
        return f"{self.namespace}/{self.name} has {now} replicas again" if now != self.replicas else ""

    def _healthy(self) -> str:
        live = deployment(self.reach, self.namespace, self.name)
        settled = (
            live is not None and rolled_out(live) and all(map(self.reach.applications.settled, self.names))
        )
        return self.reach.applications.said(self.names) if settled else ""


DRIFT = Verb(
    "drift",
    "Change the replicas of a Deployment by hand",
    {
        "namespace": "Default: production",
        "name": "Default: ai-app",
        "replicas": f"0 to {_HIGHEST}. Default: {_REPLICAS}",
    },
    _run,
)
