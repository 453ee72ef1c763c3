"""Wherever the process dies in a sync, the next one brings it to its end, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.scenarios.kill.campaign import closing_line, kill_everywhere
from tests.scenarios.kill.stories import STORIES, Names, Story
from tests.scenarios.kill.world import KillWorld

_KINDS = {
    *("document put", "document delete", "blob put", "blob delete"),
    *("queue send", "queue complete", "lease acquire", "lease release"),
    *("cluster create", "cluster apply", "cluster delete"),
}


@pytest.fixture(scope="module")
def world() -> Iterator[KillWorld]:
    with KillWorld(at_once=6) as running:
        yield running


@pytest.fixture(scope="module")
def storage_world() -> Iterator[KillWorld]:
    with KillWorld("azurite") as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_death_before_or_after_any_effect_loses_nothing_and_does_nothing_twice(
    world: KillWorld, story: Story, record_property: Callable[[str, object], None]
) -> None:
    campaign = kill_everywhere(world, story)
    print(campaign.listing())
    record_property("closing_line", closing_line([campaign]))
    assert not campaign.failures, "\n".join(campaign.failures)
    assert campaign.kills == 2 * len(campaign.effects)


@pytest.mark.slow
def test_a_death_before_any_effect_of_a_push_is_got_over_with_the_state_in_storage_too(
    storage_world: KillWorld, record_property: Callable[[str, object], None]
) -> None:
    """`STATE=azurite python -m tests.scenarios.kill` dies after each effect, too, in every story."""
    campaign = kill_everywhere(storage_world, STORIES["push"], afterwards=False)
    print(campaign.listing())
    record_property("closing_line", closing_line([campaign]))
    assert not campaign.failures, "\n".join(campaign.failures)
    assert campaign.kills == len(campaign.effects) + 1
    kinds = {effect.kind for effect in campaign.effects}
    assert kinds == _KINDS - {"cluster create", "document delete"} | {"further request"}


def test_a_story_undisturbed_ends_as_it_has_to_and_shows_its_effects(world: KillWorld) -> None:
    """The quick part: the judge finds nothing, and the recorder misses none of the kinds of a push."""
    run = world.run(STORIES["push"])
    assert run.problems == []
    kinds = {effect.kind for effect in run.effects}
    assert kinds == _KINDS - {"cluster create", "document delete"}


def test_the_judge_is_not_blind(world: KillWorld) -> None:
    """What ends otherwise than the story says is seen: here a story that expects another image."""
    story = STORIES["spec"]
    wrong = Story(
        name="wrong",
        sentence=story.sentence,
        before=story.before,
        change=story.before,  # nothing changes
        endings=story.endings,
        touches=story.touches,
        root=story.root,
    )
    problems = world.run(wrong, 0, seconds=1.0).problems
    names = Names("wrong-000")
    assert f"ConfigMap {names.other}/other is not as in Git" in problems
    assert any(problem.startswith("the API server was changed by {}") for problem in problems)
    assert any("history entries" in problem for problem in problems)
