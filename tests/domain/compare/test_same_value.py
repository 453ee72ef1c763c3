"""Two ways to write one value."""

from __future__ import annotations

import pytest

from shared.domain.compare.same_value import is_built_in, same_value

CPU = ("f:resources", "f:requests", "f:cpu")


@pytest.mark.parametrize(("desired", "live"), [("0.5", "500m"), (1, "1"), ("1024Mi", "1Gi"), (0.5, "500m")])
def test_quantities_are_compared_as_amounts(desired: object, live: object) -> None:
    assert same_value(desired, live, CPU, built_in=True)
    assert not same_value(desired, live, CPU, built_in=False)


def test_elsewhere_a_text_is_no_amount() -> None:
    assert not same_value("0.5", "500m", ("f:data", "f:cpu"), built_in=True)
    assert not same_value("80", 80, ("f:targetPort",), built_in=True)


def test_numbers_are_equal_by_value_and_booleans_are_no_numbers() -> None:
    assert same_value(1.0, 1, (), built_in=False)
    assert not same_value(True, 1, (), built_in=False)
    assert not same_value(0, False, (), built_in=False)
    assert same_value(True, True, (), built_in=False)


def test_base64_is_compared_by_its_bytes() -> None:
    at = ("f:data", "f:token")
    assert same_value("c2Vj\ncmV0\n", "c2VjcmV0", at, built_in=True)
    assert not same_value("c2VjcmV0", "c2VjcmV1", at, built_in=True)
    assert not same_value("not base64!", "not base64?", at, built_in=True)


def test_null_is_nothing_else() -> None:
    assert not same_value(None, "", (), built_in=True)
    assert not same_value({}, "x", CPU, built_in=True)


@pytest.mark.parametrize(
    ("api_version", "built_in"),
    [
        ("v1", True),
        ("apps/v1", True),
        ("networking.k8s.io/v1", True),
        ("gateway.networking.k8s.io/v1", False),
        ("example.org/v1", False),
    ],
)
def test_kinds_of_kubernetes_are_known_by_their_group(api_version: str, built_in: bool) -> None:
    assert is_built_in(api_version) is built_in
