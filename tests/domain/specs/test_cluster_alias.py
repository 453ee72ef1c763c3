"""One spelling for every name of a cluster."""

from __future__ import annotations

import pytest

from shared.domain.specs.cluster_alias import cluster_alias


@pytest.mark.parametrize(
    "written",
    [
        "https://prod.example.test",
        "https://prod.example.test/",
        "https://prod.example.test:443",
        "https://prod.example.test:443/",
        "HTTPS://Prod.Example.Test",
        "https://prod.example.test.:443",
        " https://prod.example.test ",
    ],
)
def test_slash_port_and_case_make_no_other_server(written: str) -> None:
    assert cluster_alias(written) == "https://prod.example.test"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://prod.example.test", "http://prod.example.test"),
        ("https://prod.example.test", "https://prod.example.test:6443"),
        ("https://rancher.example.test/k8s/c-1", "https://rancher.example.test/k8s/C-1"),
        ("http://prod.example.test:443", "http://prod.example.test"),
        ("prod", "Prod"),
    ],
)
def test_these_are_two(one: str, other: str) -> None:
    assert cluster_alias(one) != cluster_alias(other)


def test_a_path_stays() -> None:
    assert cluster_alias("https://r.example.test:443/k8s/c-1/") == "https://r.example.test/k8s/c-1"


def test_an_address_of_version_six_keeps_its_brackets() -> None:
    assert cluster_alias("https://[FE80::1]:443/") == "https://[fe80::1]"
    assert cluster_alias("https://[fe80::1]:6443") == "https://[fe80::1]:6443"


def test_the_local_cluster_has_one_name() -> None:
    local = {cluster_alias(name) for name in ("in-cluster", "https://kubernetes.default.svc:443/")}
    assert local == {"in-cluster"}


def test_ids_of_azure_do_not_care_about_case() -> None:
    assert cluster_alias("/Subscriptions/A/resourceGroups/B/") == "/subscriptions/a/resourcegroups/b"


@pytest.mark.parametrize("odd", ["https://host:port", "https://", "://", ""])
def test_nonsense_stays_nonsense(odd: str) -> None:
    assert cluster_alias(odd) == cluster_alias(cluster_alias(odd))
