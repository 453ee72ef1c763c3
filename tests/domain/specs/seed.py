"""The user's own manifests, as they type them."""

from __future__ import annotations

from typing import Any

import yaml

ROOT_APP = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: root-app
  namespace: argocd
spec:
  source:
    repoURL: https://github.com/my-org/helm-charts.git
    path: apps                      # every Application YAML under this folder is deployed (App of Apps)
    targetRevision: main
  destination:
    server: https://kubernetes.default.svc
    namespace: argocd
  syncPolicy:
    automated:
      prune: true
      selfHeal: true
"""

AI_APP = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ai-app-production
  namespace: argocd
spec:
  project: default
  source:
    repoURL: https://github.com/my-org/helm-charts.git
    targetRevision: main            # branch or commit SHA
    path: charts/ai-app             # where the Helm chart lies
    helm:
      valueFiles:
        - values.prod.yaml          # production overrides
  destination:
    server: https://kubernetes.default.svc
    namespace: production
  syncPolicy:
    automated:
      prune: true                   # what Git no longer has is deleted from the cluster
      selfHeal: true                # a manual change is put back to what Git says
    syncOptions:
      - CreateNamespace=true
      - ApplyOutOfSyncOnly=true
"""


def manifest(text: str) -> dict[str, Any]:
    """The one document of a YAML text."""
    document = yaml.safe_load(text)
    assert isinstance(document, dict)
    return document
