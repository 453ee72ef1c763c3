"""Root application + N children of three objects each, from nothing to Synced/Healthy on the real cluster.

Bar for 100: <= 25 s, our CPU <= 12 s (Argo CD 3.5.1: 63.6 s, 69.7 CPU-s; kubectl apply: 11.4 s).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.demo_worlds import MeasuredWorld
from bench.figures import say
from bench.process_usage import usage, usage_of_children
from sandbox.demo.world import eventually

_REPOSITORY = "my-org/children"
_SECONDS = 300

_CHILD = """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {name}
  namespace: argocd
spec:
  project: default
  source:
    repoURL: https://github.com/{repository}.git
    targetRevision: main
    path: manifests/{name}
  destination:
    server: https://kubernetes.default.svc
    namespace: {name}
  syncPolicy:
    automated: {{prune: true, selfHeal: true}}
    syncOptions: [CreateNamespace=true]
"""
_OBJECTS = """apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}}}
data: {{name: {name}}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec:
  selector: {{app: {name}}}
  ports: [{{port: 80, targetPort: 8080}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: 1
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
        - name: app
          image: myacr.azurecr.io/{name}:1.0.0
          ports: [{{containerPort: 8080}}]
"""


class ChildrenWorld(MeasuredWorld):
    """The bootstrap repository is one with nothing but children."""

    def __init__(self, children: int, *, real: bool) -> None:
        super().__init__(real=real)
        self.count = children

    def _settings(self, kubeconfig: Path) -> dict[str, str]:
        names = [f"child-{number:04d}" for number in range(self.count)]
        files = {f"apps/{name}.yaml": _CHILD.format(name=name, repository=_REPOSITORY) for name in names}
        files |= {f"manifests/{name}/all.yaml": _OBJECTS.format(name=name) for name in names}
        self.git.create(_REPOSITORY, {path: text.encode() for path, text in files.items()})
        repository = {"TIDEGATE_BOOTSTRAP_REPO": f"https://github.com/{_REPOSITORY}.git"}
        return {**super()._settings(kubeconfig), **repository}

    def healthy(self) -> int:
        states = (app["status"] for app in self.api.applications().values())
        return sum(
            status["sync"]["status"] == "Synced" and status["health"]["status"] == "Healthy"
            for status in states
        )


def main(arguments: Sequence[str] = ()) -> int:
    """Exit status: 0 all became Healthy, 1 they did not."""
    parser = argparse.ArgumentParser(prog="python -m bench.children", description=__doc__)
    parser.add_argument("--children", type=int, default=100, help="Default: 100.")
    parser.add_argument("--cluster", choices=("sandbox", "real"), default="real", help="Default: real.")
    options = parser.parse_args(arguments)
    with ChildrenWorld(options.children, real=options.cluster == "real") as world:
        exist = eventually(lambda: len(world.api.applications()) > options.children, _SECONDS, every=0.2)
        existed = time.monotonic() - world.started_at
        done = eventually(lambda: world.healthy() > options.children, _SECONDS, every=0.5)
        took = time.monotonic() - world.started_at
        pid = world.tidegate.pid
        mine, tool = usage(pid), usage_of_children(pid)
        say(
            f"root + {options.children} children ({options.cluster}): exist after {existed:.1f} s, "
            f"all Healthy after {took:.1f} s ({world.healthy()} of {options.children + 1})   (bar 25 s)"
        )
        say(
            f"  Tidegate {mine.cpu_seconds:.1f} CPU-s, {mine.resident_mib:.0f} MiB; "
            f"kubetools {tool.cpu_seconds:.1f} CPU-s   (bar for 100: 12 CPU-s)"
        )
    return 0 if exist and done else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
