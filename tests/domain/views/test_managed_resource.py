"""One object on both sides, with nothing of a Secret but its keys."""

from __future__ import annotations

import base64
import json
from typing import Any

from shared.domain.compare.comparison import ResourceDiff
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.views.managed_resource import managed_resource

CANARY, OTHER = "c4nary-value", "an0ther-value"
STATES = ("targetState", "liveState", "normalizedLiveState", "predictedLiveState")


def config_map(text: str, **metadata: Any) -> Manifest:
    named = {"name": "a", "namespace": "shop", **metadata}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": named, "data": {"text": text}}


def secret(value: str, **fields: Any) -> Manifest:
    data = {"data": {"password": base64.b64encode(value.encode()).decode()}}
    named = {"name": "s", "namespace": "shop"}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": named, **(fields or data)}


def view(
    desired: Manifest | None, live: Manifest | None, predicted: Manifest | None = None, **how: Any
) -> dict[str, Any]:
    shown = desired or live or {}
    diff = ResourceDiff(ResourceKey.of(shown), desired, live, modified=how.pop("modified", False))
    return managed_resource(diff, predicted, **how)


def states(shown: dict[str, Any]) -> list[Any]:
    return [json.loads(shown[name]) for name in STATES]


def test_what_a_sync_would_change_is_all_that_differs() -> None:
    live = config_map("old", uid="1", resourceVersion="7", generation=1, managedFields=[{"manager": "x"}])
    after = config_map("new", uid="1", resourceVersion="8", generation=2, managedFields=[{"manager": "y"}])
    shown = view(config_map("new"), live, after, modified=True)
    _, _, normal, future = states(shown)
    assert normal["data"] != future["data"]
    assert {**normal, "data": {}} == {**future, "data": {}}
    assert "managedFields" not in normal["metadata"]
    assert (shown["modified"], shown["resourceVersion"]) == (True, "7")


def test_an_object_in_sync_is_predicted_to_stay_as_it_is() -> None:
    live = config_map("same", uid="1", managedFields=[{}])
    shown = view(config_map("same"), live, live)
    assert shown["normalizedLiveState"] == shown["predictedLiveState"]
    assert shown["modified"] is False


def test_a_missing_object_is_predicted_without_a_made_up_identity() -> None:
    after = {**config_map("new", uid="made up", creationTimestamp="now"), "status": {}}
    shown = view(config_map("new"), None, after)
    target, live, normal, future = states(shown)
    assert (live, normal) == (None, None)
    assert future == target
    assert shown["modified"] is True


def test_an_object_that_git_no_longer_has_is_predicted_to_be_gone() -> None:
    target, live, _, future = states(view(None, config_map("x")))
    assert (target, future) == (None, None)
    assert live["data"] == {"text": "x"}


def test_ignored_fields_are_left_out_of_what_is_compared() -> None:
    shown = view(config_map("git"), config_map("live"), config_map("git"), ignored=["/data/text"])
    target, live, normal, future = states(shown)
    assert normal == future
    assert (target["data"], live["data"]) == ({"text": "git"}, {"text": "live"})


def test_no_value_of_a_secret_is_in_any_state_and_a_change_can_still_be_seen() -> None:
    shown = view(secret(OTHER), secret(CANARY), secret(OTHER), modified=True)
    text = json.dumps(shown)
    for value in (CANARY, OTHER):
        assert value not in text
        assert base64.b64encode(value.encode()).decode() not in text
    target, live, normal, future = (state["data"]["password"] for state in states(shown))
    assert live == normal != future == target


def test_plain_and_encoded_forms_of_one_value_have_one_mask() -> None:
    shown = view(secret("", stringData={"password": CANARY}), secret(CANARY), secret(CANARY))
    target, live, *_ = (state["data"]["password"] for state in states(shown))
    assert target == live
    assert CANARY not in json.dumps(shown)


def test_a_prediction_that_was_refused_is_named() -> None:
    diff = ResourceDiff(ResourceKey("", "ConfigMap", "shop", "a"), config_map("x"), config_map("y"), True)
    assert "unconfirmed" not in managed_resource(diff, None)
    refused = ResourceDiff(diff.key, diff.desired, diff.live, True, unconfirmed="webhook w refuses dry runs")
    assert managed_resource(refused, None)["unconfirmed"] == "webhook w refuses dry runs"
