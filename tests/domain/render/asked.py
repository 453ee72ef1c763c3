"""Small builders: an Application with one source, and checkouts."""

from __future__ import annotations

from typing import Any

from shared.domain.source.checkout import Checkout
from shared.domain.specs.application import Application

REPO = "https://github.com/my-org/helm-charts.git"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def checkout(repo_url: str = REPO, commit: str = COMMIT) -> Checkout:
    return Checkout(repo_url, commit, "f" * 40, "objects")


def application(name: str = "shop", namespace: str = "argocd", **source: Any) -> Application:
    """An Application whose one source lies in `charts/ai-app` unless told otherwise."""
    return Application.parse(
        {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {
                "project": "web",
                "source": {"repoURL": REPO, "path": "charts/ai-app", "targetRevision": "main", **source},
                "destination": {"server": "https://kubernetes.default.svc", "namespace": "production"},
            },
        }
    )
