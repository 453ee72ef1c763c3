"""What the server fills in by itself is known; what is not known is asked."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.compare.default_values import is_default, zero_is_dropped
from shared.domain.compare.field_sets import Path
from tests.domain.compare.golden_cases import case

CONTAINER: Path = ("f:spec", "f:containers", 'k:{"name":"web"}')


def test_all_that_the_server_added_to_a_plain_deployment_is_known() -> None:
    found = case("clean")
    added = {name: value for name, value in found.live["spec"].items() if name not in found.desired["spec"]}
    assert set(added) == {"strategy", "revisionHistoryLimit", "progressDeadlineSeconds"}
    assert all(is_default(("f:spec", f"f:{name}"), value, {}) for name, value in added.items())


def test_a_default_belongs_to_its_place() -> None:
    probe = (*CONTAINER, "f:livenessProbe", "f:timeoutSeconds")
    assert is_default(probe, 1, {})
    assert not is_default(probe, 10, {})
    assert is_default(("f:webhooks", 'k:{"name":"a"}', "f:timeoutSeconds"), 10, {})
    assert not is_default(("f:spec", "f:timeoutSeconds"), 1, {})


def test_zero_is_not_false_and_one_is_not_true() -> None:
    assert is_default(("f:rollingUpdate", "f:partition"), 0, {})
    assert not is_default(("f:rollingUpdate", "f:partition"), False, {})
    assert not is_default(("f:spec", "f:replicas"), True, {})


def test_a_map_is_a_default_when_all_of_it_is() -> None:
    at = ("f:spec", "f:strategy")
    assert is_default(at, {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}}, {})
    assert not is_default(at, {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "50%"}}, {})
    assert not is_default(("f:spec", "f:podSelector"), {}, {})


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("web", "Always"),
        ("web:latest", "Always"),
        ("registry.example:5000/web", "Always"),
        ("web:1.0", "IfNotPresent"),
        ("web@sha256:0", "IfNotPresent"),
        ("web:latest@sha256:0", "Always"),
    ],
)
def test_the_pull_policy_follows_the_tag(image: str, policy: str) -> None:
    at, other = (
        (*CONTAINER, "f:imagePullPolicy"),
        {"Always": "IfNotPresent", "IfNotPresent": "Always"}[policy],
    )
    assert is_default(at, policy, {"image": image})
    assert not is_default(at, other, {"image": image})


@pytest.mark.parametrize(("egress", "types"), [([], ["Ingress"]), ([{}], ["Ingress", "Egress"])])
def test_the_types_of_a_network_policy_follow_its_rules(egress: list[Any], types: list[str]) -> None:
    at = ("f:spec", "f:policyTypes")
    assert is_default(at, types, {"egress": egress})
    assert not is_default(at, ["Egress"], {"egress": egress})


@pytest.mark.parametrize(
    ("at", "value", "beside"),
    [
        (("f:spec", "f:ports", 'k:{"port":80}', "f:targetPort"), 80, {"port": 80}),
        (("f:spec", "f:serviceAccount"), "robot", {"serviceAccountName": "robot"}),
        ((*CONTAINER, "f:resources", "f:requests"), {"cpu": "1"}, {"limits": {"cpu": "1"}}),
    ],
)
def test_some_defaults_follow_the_field_beside_them(at: Path, value: object, beside: dict[str, Any]) -> None:
    assert is_default(at, value, beside)
    assert not is_default(at, value, {})


def test_fields_without_a_pointer_lose_their_zero() -> None:
    assert zero_is_dropped((*CONTAINER, "f:env", 'k:{"name":"A"}', "f:value"))
    assert not zero_is_dropped(("f:spec", "f:automountServiceAccountToken"))
