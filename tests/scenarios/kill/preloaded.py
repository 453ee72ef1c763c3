"""Imported once by the server that forks the processes, so that each of them starts in a moment."""

from __future__ import annotations

import shared.adapters.git.git_repository
import shared.adapters.kubernetes.cluster_connector
import shared.adapters.kubernetes.kubeconfig
import shared.adapters.tools.manifest_tool  # noqa: F401
