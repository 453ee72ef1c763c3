"""Every effect of a story, and a death before and after each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.scenarios.kill.recorder import Effect
from tests.scenarios.kill.stories import Story
from tests.scenarios.kill.world import KillWorld

SIDES = ("before", "after")
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Campaign:
    """What came of a story. `failures` are sentences; none = all right."""

    story: Story
    effects: tuple[Effect, ...]
    kills: int
    failures: tuple[str, ...]

    def listing(self) -> str:
        """The enumeration, one effect a line."""
        lines = [f"{effect.number:4}  {effect.kind:16} {effect.what}" for effect in self.effects]
        return "\n".join([f"{self.story.name}: {self.story.sentence}", *lines])


def enumerate_effects(world: KillWorld, story: Story) -> tuple[Effect, ...]:
    """Play the story undisturbed. Raises AssertionError when it does not end as it has to."""
    run = world.run(story)
    assert not run.problems, "\n".join([f"{story.name}, undisturbed:", *run.problems])
    return tuple(run.effects)


def kill_everywhere(
    world: KillWorld, story: Story, *, at_once: int = 3, say: Callable[[str], None] = lambda _: None
) -> Campaign:
    """Enumerate, then kill before and after each effect, `at_once` runs side by side."""
    effects = enumerate_effects(world, story)
    plan = [(effect, side) for effect in effects for side in SIDES]

    def kill(planned: tuple[Effect, str]) -> list[str]:
        effect, side = planned
        for attempt in range(_ATTEMPTS):
            run = world.run(story, effect.number, side, attempt=attempt)
            found = list(run.problems)
            if found or tuple(run.effects) == effects[: effect.number]:
                break
            # two messages came in another order: right in the end, but not the death that was meant
            found.append(f"it did something else before it died: {run.effects[-1:]}")
        where = f"{story.name}, killed {side} effect {effect.number} ({effect.kind} {effect.what})"
        say(f"{where}: {'; '.join(found) or 'right'} ({run.seconds:.1f} s)")
        return [f"{where}: {problem}" for problem in found]

    with ThreadPoolExecutor(at_once) as pool:
        failures = [problem for found in pool.map(kill, plan) for problem in found]
    return Campaign(story, effects, len(plan), tuple(failures))


def closing_line(campaigns: Iterable[Campaign]) -> str:
    """`kill test: 41 effects, 82 kills, all right`"""
    done = tuple(campaigns)
    wrong = sum(bool(each.failures) for each in done)
    effects, kills = sum(len(each.effects) for each in done), sum(each.kills for each in done)
    verdict = f"{wrong} stories end wrong" if wrong else "all right"
    return f"kill test: {effects} effects, {kills} kills, {verdict}"
