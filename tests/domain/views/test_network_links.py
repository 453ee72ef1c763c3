"""Who talks to whom, and under which address from outside."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.manifests.manifest import Manifest
from shared.domain.views.network_links import networking_info

ADDRESS = {"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}]}}


def live(api_version: str, kind: str, spec: dict[str, Any], **more: Any) -> Manifest:
    metadata = {"name": "web", "namespace": "shop", **more.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec, **more}


def ingress(*paths: str, host: str = "shop.example", **more: Any) -> Manifest:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    rules = [{"host": host, "http": {"paths": [{"path": path, "backend": backend} for path in paths]}}]
    return live("networking.k8s.io/v1", "Ingress", {"rules": rules, **more.pop("spec", {})}, **more)


WEB = {"kind": "Service", "namespace": "shop", "name": "web"}


def test_a_service_finds_its_pods_by_their_labels() -> None:
    labels = {"app": "web"}
    assert networking_info(live("v1", "Service", {"selector": labels})) == {"targetLabels": labels}
    assert networking_info(live("v1", "Pod", {}, metadata={"labels": labels})) == {"labels": labels}


def test_only_a_load_balancer_has_addresses() -> None:
    spec = {"selector": {"app": "web"}, "type": "LoadBalancer"}
    assert networking_info(live("v1", "Service", spec, status=ADDRESS))["ingress"] == [{"ip": "10.0.0.1"}]
    assert "ingress" not in networking_info(
        live("v1", "Service", {**spec, "type": "ClusterIP"}, status=ADDRESS)
    )


def test_an_ingress_names_its_services_once_and_its_urls() -> None:
    assert networking_info(ingress("/", "/api*")) == {
        "targetRefs": [WEB],
        "externalURLs": ["http://shop.example/", "http://shop.example/api"],
    }


def test_a_certificate_makes_it_https() -> None:
    for tls in ([{"secretName": "tls"}], [{"hosts": ["shop.example"]}]):
        assert networking_info(ingress("/", spec={"tls": tls}))["externalURLs"] == ["https://shop.example/"]
    other = [{"hosts": ["other.example"]}]
    assert networking_info(ingress("/", spec={"tls": other}))["externalURLs"] == ["http://shop.example/"]


def test_without_a_host_the_address_is_the_link() -> None:
    assert networking_info(ingress("/", host="", status=ADDRESS))["externalURLs"] == ["http://10.0.0.1/"]
    assert "externalURLs" not in networking_info(ingress("/", host=""))


def test_the_default_backend_counts_too() -> None:
    spec = {"defaultBackend": {"service": {"name": "fallback"}}}
    assert {**WEB, "name": "fallback"} in networking_info(ingress("/", spec=spec))["targetRefs"]


def test_default_links_can_be_switched_off() -> None:
    off = ingress("/", metadata={"annotations": {"argocd.argoproj.io/ignore-default-links": "true"}})
    assert "externalURLs" not in networking_info(off)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("https://grafana.example/d/1", True),
        ("Dashboard|https://grafana.example", True),
        ("javascript:alert(1)", False),
        ("Click|javascript:alert(1)", False),
        ("data:text/html,x", False),
    ],
)
def test_a_link_annotation_is_shown_only_if_it_is_a_web_address(value: str, shown: bool) -> None:
    annotated = live(
        "apps/v1", "Deployment", {}, metadata={"annotations": {"link.argocd.argoproj.io/x": value}}
    )
    assert networking_info(annotated) == ({"externalURLs": [value]} if shown else {})


def test_a_route_names_its_gateway_and_its_services() -> None:
    spec = {
        "parentRefs": [{"name": "edge", "namespace": "infra"}],
        "rules": [{"backendRefs": [{"name": "web", "port": 80}]}],
    }
    gateway = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "infra", "name": "edge"}
    route = live("gateway.networking.k8s.io/v1", "HTTPRoute", spec)
    assert networking_info(route) == {"targetRefs": [gateway, WEB]}


def test_other_kinds_have_no_network() -> None:
    assert networking_info(live("v1", "ConfigMap", {})) == {}
