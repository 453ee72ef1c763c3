"""What an application follows is known from its first look to its last."""

from __future__ import annotations

from datetime import timedelta

from shared.domain.images.image_name import ImageName
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application
from tests.services.image_worlds import HOST, following, image_world
from tests.services.worlds import SHOP

SUBJECT = "github.com/my-org/shop@main"
IMAGE = ImageName(HOST, "shop")


def test_an_application_is_indexed_at_its_first_look_and_its_images_looked_at() -> None:
    with image_world() as world:
        assert [where.subject for where in world.engine.images.index.following(IMAGE)] == [SUBJECT]
        assert world.engine.images.index.writers(SUBJECT) == [SHOP]
        assert world.images.asked == [f"{HOST}/shop"]
        assert world.state().last == "1.0.0"


def test_what_is_as_before_wakes_nobody() -> None:
    with image_world() as world:
        world.engine.images.follow(Application.parse(following("shop", {})))
        row = world.engine.images.work.row(SUBJECT)
        assert row is not None
        assert row.token == ""


def test_another_policy_is_looked_at_at_once() -> None:
    with image_world() as world:
        world.registry.seed("shop", "1.5.0")
        changed = following("shop", {"it.update-strategy": "newest-push"})
        world.engine.create_application(changed, upsert=True, who="tests")
        world.run()
        assert world.tag() == "1.5.0"


def test_who_died_between_the_index_and_the_wake_is_made_up_for() -> None:
    with image_world() as world:
        row = world.engine.ports.documents.get("image-work", SUBJECT)
        assert row is not None
        world.engine.ports.documents.delete(row)
        world.engine.images.follow(Application.parse(following("shop", {})))
        again = world.engine.images.work.row(SUBJECT)
        assert again is not None
        assert again.token


def test_another_branch_takes_the_application_along() -> None:
    with image_world() as world:
        world.engine.images.follow(Application.parse(following("shop", {"git-branch": "images"})))
        assert world.engine.images.index.writers(SUBJECT) == []
        assert world.engine.images.index.writers("github.com/my-org/shop@images") == [SHOP]
        assert [where.branch for where in world.engine.images.index.following(IMAGE)] == ["images"]


def test_who_is_gone_follows_nothing() -> None:
    with image_world() as world:
        world.engine.images.follow.forget(SHOP)
        assert world.engine.images.index.following(IMAGE) == []
        assert world.engine.images.states.of(SHOP) == {}
        world.engine.images.follow.forget(AppRef("argocd", "never-was"))


def test_only_what_was_not_looked_at_for_minutes_is_swept() -> None:
    with image_world() as world:
        assert world.engine.images.follow.sweep() == 0
        world.engine.clock.advance(timedelta(minutes=6))
        assert world.engine.images.follow.sweep() == 1
        assert world.engine.images.follow.sweep() == 0
