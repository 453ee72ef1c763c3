"""The names of a cluster in one spelling, so that the same name is the same text."""

from __future__ import annotations

import re

from shared.domain.specs.aks_id import is_resource_id

IN_CLUSTER = ("in-cluster", "https://kubernetes.default.svc")
_SERVER = re.compile(r"(https?)://(\[[^\]/]*\]|[^/:\[]*)(?::(\d+))?(/.*)?", re.IGNORECASE)
_DEFAULT_PORTS = {"https": "443", "http": "80"}


def cluster_alias(text: str) -> str:
    """Return a name as it is, a server URL without case of its host, default port and slash, a resource id
    in lower case, and one text for all that means the local cluster.

    Source: our own rule; Argo CD compares server URLs as text, which makes two clusters of one.
    """
    text = text.strip()
    if is_resource_id(text):
        return text.lower().rstrip("/")
    alias = _SERVER.sub(_spelled, text) if _SERVER.fullmatch(text) else text
    return IN_CLUSTER[0] if alias in IN_CLUSTER else alias


def _spelled(server: re.Match[str]) -> str:
    scheme, host = server[1].lower(), server[2].lower().rstrip(".")
    port = server[3] if server[3] != _DEFAULT_PORTS[scheme] else None
    return f"{scheme}://{host}{f':{port}' if port else ''}{(server[4] or '').rstrip('/')}"
