"""Whom a pushed image wakes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.domain.events.git_push import GitPush
from shared.domain.events.image_push import ImagePush
from tests.services.image_worlds import HOST, image_world
from tests.services.worlds import REPO

PUSH = ImagePush(HOST, "shop", "2.0.0", "sha256:ab", "event", "ab" * 16)
GIT = GitPush(REPO, "refs/heads/main", "a" * 40, "b" * 40, "main", None, "delivery")
FILE = "shop/kustomization.yaml"


def test_each_branch_that_holds_a_tag_of_it_is_woken_once() -> None:
    with image_world({"shop": {}, "web": {"image-list": f"it={HOST}/shop"}}) as world:
        assert world.engine.images.receive(PUSH) == 1
        row = world.engine.images.work.row("github.com/my-org/shop@main")
        assert row is not None
        assert row.pending == {f"{HOST}/shop": PUSH.trace}
        assert PUSH.trace in row.traceparent


@pytest.mark.parametrize(
    "push",
    [
        replace(PUSH, host="evil.example"),
        replace(PUSH, repository="other"),
        replace(PUSH, tag="sha256-" + "a" * 64 + ".sig"),
    ],
)
def test_what_nobody_follows_wakes_nobody_and_no_registry_is_asked(push: ImagePush) -> None:
    with image_world() as world:
        asked = len(world.images.asked)
        assert world.engine.images.receive(push) == 0
        world.run()
        assert len(world.images.asked) == asked


@pytest.mark.parametrize(
    ("push", "looks"),
    [
        (GIT, True),
        (replace(GIT, changed_paths=(FILE, "other")), True),
        (replace(GIT, changed_paths=("README.md",)), False),
        (replace(GIT, ref="refs/heads/feature"), False),
        (replace(GIT, repo_url="git@github.com:My-Org/shop"), True),
        (replace(GIT, repo_url="https://github.com/my-org/other"), False),
    ],
)
def test_a_push_to_a_file_that_holds_tags_is_looked_at(push: GitPush, looks: bool) -> None:
    with image_world() as world:
        assert world.engine.images.receive.look_at(push) is looks


def test_an_application_that_follows_no_more_or_is_gone_wakes_nobody() -> None:
    with image_world({"shop": {}, "web": {}}) as world:
        manifest = world.engine.rows.application(
            next(iter(world.engine.images.index.writers("github.com/my-org/shop@main")))
        )
        assert manifest is not None
        changed = {**manifest.manifest, "metadata": {**manifest.manifest["metadata"], "annotations": {}}}
        world.engine.create_application(changed, upsert=True, who="tests")
        world.run()
        assert world.engine.images.receive(PUSH) == 0
        assert world.engine.images.states.of(manifest.ref) == {}
        assert world.engine.images.receive(replace(PUSH, repository="web")) == 1
