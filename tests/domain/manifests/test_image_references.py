"""Which images an object runs."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.manifests.image_references import images_of

POD = {
    "initContainers": [{"name": "init", "image": "busybox:1"}],
    "containers": [
        {"name": "api", "image": "registry.example.com/api:2@sha256:ab"},
        {"name": "side", "image": "envoy"},
    ],
}
IMAGES = ("busybox:1", "registry.example.com/api:2@sha256:ab", "envoy")

PLACES: dict[str, dict[str, Any]] = {
    "Pod": {"spec": POD},
    "Deployment": {"spec": {"template": {"spec": POD}}},
    "CronJob": {"spec": {"jobTemplate": {"spec": {"template": {"spec": POD}}}}},
    "PodTemplate": {"template": {"spec": POD}},
    "SomethingElse": {"spec": {"stages": [{"pod": {"spec": POD}}]}},
}


@pytest.mark.parametrize("kind", PLACES)
def test_images_are_found_in_every_pod_template(kind: str) -> None:
    assert images_of({"kind": kind, **PLACES[kind]}) == IMAGES


def test_an_image_that_is_used_twice_is_named_once() -> None:
    assert images_of({"spec": {"containers": [{"image": "a"}, {"image": "b"}, {"image": "a"}]}}) == ("a", "b")


def test_the_status_says_nothing_about_what_is_wanted() -> None:
    assert images_of({"spec": {}, "status": {"containers": [{"image": "old"}]}}) == ()


@pytest.mark.parametrize("containers", [None, "api", [None], ["api"], [{"name": "api"}], [{"image": 7}]])
def test_malformed_containers_have_no_images(containers: object) -> None:
    assert images_of({"spec": {"containers": containers}}) == ()
