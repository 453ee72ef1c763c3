"""One live object of an application."""

from __future__ import annotations

import pytest

from shared.domain.manifests.resource_key import ResourceKey
from shared.errors import InvalidRequestError
from tests.services.rollouts import with_pods
from tests.services.worlds import SHOP, engine


def test_it_is_shown_as_it_is_without_the_bookkeeping_of_writers() -> None:
    world = with_pods("web-1")
    shown = world.views.resource(SHOP, ResourceKey("apps", "Deployment", "shop", "web"))
    assert shown["spec"] == {"replicas": 1}
    assert "managedFields" not in shown["metadata"]
    assert world.views.resource(SHOP, ResourceKey("", "Pod", "shop", "web-1"))["kind"] == "Pod"


def test_of_a_secret_only_the_keys_are_shown() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"key": "Y2FuYXJ5"}}
    world = engine({"shop/s.yaml": secret})
    world.add()
    world.run_for(1)
    shown = world.views.resource(SHOP, ResourceKey("", "Secret", "shop", "s"), "v1")
    assert list(shown["data"]) == ["key"]
    assert "Y2FuYXJ5" not in str(shown)


def test_an_object_of_somebody_else_is_refused() -> None:
    world = with_pods("web-1")
    with pytest.raises(InvalidRequestError, match="Pod  stranger not found as part of application shop"):
        world.views.resource(SHOP, ResourceKey("", "Pod", "shop", "stranger"))
