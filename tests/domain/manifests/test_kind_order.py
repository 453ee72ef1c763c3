"""What is needed first is installed first."""

from __future__ import annotations

from shared.domain.manifests.kind_order import install_rank

SHUFFLED = [
    "Ingress",
    "Widget",
    "Deployment",
    "CustomResourceDefinition",
    "Secret",
    "APIService",
    "Namespace",
    "Job",
]


def test_kinds_follow_the_order_of_argo_cd() -> None:
    assert sorted(SHUFFLED, key=install_rank) == [
        "Namespace",
        "Secret",
        "CustomResourceDefinition",
        "Deployment",
        "Job",
        "Ingress",
        "APIService",
        "Widget",
    ]


def test_kinds_that_nobody_listed_come_last_and_are_equal() -> None:
    assert install_rank("Widget") == install_rank("Gadget") > install_rank("APIService")
