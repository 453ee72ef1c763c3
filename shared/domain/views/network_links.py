"""What a tree shows of the network: who talks to whom, and under which address from outside.

Source: Argo CD controller/cache/info.go (populateServiceInfo, populateIngressInfo,
populateGatewayAPIRouteInfo).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from shared.domain.health.fields import part, parts, text
from shared.domain.manifests.manifest import Manifest, annotations_of, labels_of, metadata_of
from shared.domain.manifests.tracking import group_of

_LINK = "link.argocd.argoproj.io/"
_IGNORE_DEFAULT_LINKS = "argocd.argoproj.io/ignore-default-links"
_ROUTES = ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute")
_GATEWAY = "gateway.networking.k8s.io"
_WEB = re.compile("https?://", re.IGNORECASE)


def networking_info(manifest: Manifest) -> dict[str, Any]:
    """Return Argo CD's `networkingInfo` of a live object; {} where it has none. Empty fields are left out.

    A Service finds its Pods by `targetLabels` (equal `labels` of Pods of its namespace), an Ingress and a
    route name theirs in `targetRefs`. URLs are http and https only: they become links of a page.
    """
    links = [
        value
        for name, value in annotations_of(manifest).items()
        if name.startswith(_LINK) and _is_link(value)
    ]
    group, kind = group_of(manifest), str(manifest.get("kind") or "")
    info: dict[str, Any] = {}
    if (group, kind) == ("", "Pod"):
        info = {"labels": labels_of(manifest)}
    elif (group, kind) == ("", "Service"):
        info = _service(manifest)
    elif kind == "Ingress" and group in ("networking.k8s.io", "extensions"):
        info = _ingress(manifest)
    elif group == _GATEWAY and kind in _ROUTES:
        info = {"targetRefs": _distinct(_route_targets(manifest))}
    urls = [*links, *info.pop("externalURLs", ())]
    return {name: value for name, value in {**info, "externalURLs": urls}.items() if value}


def _service(manifest: Manifest) -> dict[str, Any]:
    spec = part(manifest, "spec")
    balanced = spec.get("type") == "LoadBalancer"
    return {"targetLabels": part(spec, "selector"), "ingress": _addresses(manifest) if balanced else []}


def _ingress(manifest: Manifest) -> dict[str, Any]:
    own = str(annotations_of(manifest).get(_IGNORE_DEFAULT_LINKS) or "").lower() in ("true", "1", "t")
    return {
        "targetRefs": _distinct(_backends(manifest)),
        "ingress": _addresses(manifest),
        "externalURLs": [] if own else list(dict.fromkeys(_urls(manifest))),
    }


def _addresses(manifest: Manifest) -> list[dict[str, str]]:
    """The addresses of a load balancer: of each its host name, else its IP."""
    found = parts(part(manifest, "status", "loadBalancer"), "ingress")
    return [
        {field: text(each, field)}
        for each in found
        for field in ["hostname" if text(each, "hostname") else "ip"]
        if text(each, field)
    ]


def _backends(manifest: Manifest) -> Iterator[dict[str, str]]:
    spec = part(manifest, "spec")
    backends = [part(spec, "defaultBackend"), part(spec, "backend")]
    backends += [part(path, "backend") for _, path in _paths(manifest)]
    for backend in backends:
        name = text(part(backend, "service"), "name") or text(backend, "serviceName")
        if name:
            yield _reference("", "Service", text(metadata_of(manifest), "namespace"), name)


def _urls(manifest: Manifest) -> Iterator[str]:
    addresses = [next(iter(address.values())) for address in _addresses(manifest)]
    for rule, path in _paths(manifest):
        host = text(rule, "host") or next(iter(addresses), "")
        if host:
            scheme = "https" if _has_certificate(manifest, host) else "http"
            url = f"{scheme}://{host}{text(path, 'path').removesuffix('*')}"
            if _is_link(url):
                yield url


def _has_certificate(manifest: Manifest, host: str) -> bool:
    """Any entry with a Secret counts, as in Argo CD, and one that names the host."""
    return any(
        text(entry, "secretName") or host in (entry.get("hosts") or ())
        for entry in parts(part(manifest, "spec"), "tls")
    )


def _paths(manifest: Manifest) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for rule in parts(part(manifest, "spec"), "rules"):
        for path in parts(part(rule, "http"), "paths"):
            yield rule, path


def _route_targets(manifest: Manifest) -> Iterator[dict[str, str]]:
    spec, namespace = part(manifest, "spec"), text(metadata_of(manifest), "namespace")
    for parent in parts(spec, "parentRefs"):
        group, kind = str(parent.get("group", _GATEWAY)), text(parent, "kind") or "Gateway"
        yield _reference(group, kind, text(parent, "namespace") or namespace, text(parent, "name"))
    for rule in parts(spec, "rules"):
        for backend in parts(rule, "backendRefs"):
            kind, where = text(backend, "kind") or "Service", text(backend, "namespace") or namespace
            yield _reference(text(backend, "group"), kind, where, text(backend, "name"))


def _reference(group: str, kind: str, namespace: str, name: str) -> dict[str, str]:
    fields = {"group": group, "kind": kind, "namespace": namespace, "name": name}
    return {field: value for field, value in fields.items() if value}


def _distinct(references: Iterator[dict[str, str]]) -> list[dict[str, str]]:
    return list({tuple(reference.items()): reference for reference in references}.values())


def _is_link(value: object) -> bool:
    """`url` or `title|url`; no javascript: in a page. Source: Argo CD ValidateExternalURL."""
    return _WEB.match(str(value).rpartition("|")[2]) is not None
