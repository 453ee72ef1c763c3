"""What one look has brought together."""

from __future__ import annotations

from shared.domain.manifests.resource_key import ResourceKey
from tests.services.worlds import SHOP, synced_engine


def test_the_live_objects_of_a_scene_are_those_of_its_site_which_the_steps_update() -> None:
    world = synced_engine()
    stored = world.rows.application(SHOP)
    assert stored is not None
    scene = world.look(stored, world.status())
    assert list(scene.live) == [ResourceKey("", "ConfigMap", "shop", "greeting")]
    scene.site.live.clear()
    assert scene.live == {}
