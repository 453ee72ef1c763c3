"""Every effect of a story, and a death before and after each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.scenarios.kill.recorder import Effect
from tests.scenarios.kill.stories import Story
from tests.scenarios.kill.world import KillWorld

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Campaign:
    """What came of a story on a state. `failures` are sentences; none = all right."""

    story: Story
    state: str
    effects: tuple[Effect, ...]
    afterwards: bool
    kills: int
    failures: tuple[str, ...]

    def listing(self) -> str:
        """The enumeration, one effect a line."""
        lines = [f"{effect.number:4}  {effect.kind:16} {effect.what}" for effect in self.effects]
        return "\n".join([f"{self.story.name} on {self.state}: {self.story.sentence}", *lines])


def enumerate_effects(world: KillWorld, story: Story) -> tuple[Effect, ...]:
    """Play the story undisturbed. Raises AssertionError when it does not end as it has to."""
    run = world.run(story)
    assert not run.problems, "\n".join([f"{story.name}, undisturbed:", *run.problems])
    return tuple(run.effects)


def kill_everywhere(
    world: KillWorld,
    story: Story,
    *,
    afterwards: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> Campaign:
    """Enumerate, then kill before and after each effect, as many runs side by side as the world has room.

    Without `afterwards` before each, and after the last only: after one, the outside is as before the next.
    """
    effects = enumerate_effects(world, story)
    plan = [
        (effect, side)
        for effect in effects
        for side in effect.sides
        if afterwards or side == "before" or effect is effects[-1]
    ]

    def kill(planned: tuple[Effect, str]) -> list[str]:
        effect, side = planned
        for _ in range(_ATTEMPTS):
            run = world.run(story, effect.number, side)
            found = list(run.problems)
            if found or _as_planned(run.effects, effects, effect):
                break
            # two messages came in another order: right in the end, but not the death that was meant
            found.append(f"it did something else before it died: {run.effects[-1:]}")
        where = f"{story.name}, killed {side} effect {effect.number} ({effect.kind} {effect.what})"
        say(f"{where}: {'; '.join(found) or 'right'} ({run.seconds:.1f} s)")
        return [f"{where}: {problem}" for problem in found]

    with ThreadPoolExecutor(world.at_once) as pool:
        failures = [problem for found in pool.map(kill, plan) for problem in found]
    return Campaign(story, world.state, effects, afterwards, len(plan), tuple(failures))


def _as_planned(before_death: Sequence[Effect], effects: Sequence[Effect], last: Effect) -> bool:
    """Whether all until `last` was as in the enumeration; who dies after it has sent its further requests."""
    same = tuple(before_death[: last.number]) == tuple(effects[: last.number])
    return same and all(each.further for each in before_death[last.number :])


def closing_line(campaigns: Iterable[Campaign]) -> str:
    """`kill test on azurite, push: 41 effects, 82 kills, all right`, for one story or several."""
    done = tuple(campaigns)
    which = ", ".join(each.story.name for each in done)
    states = ", ".join(sorted({each.state for each in done}))
    wrong = sum(bool(each.failures) for each in done)
    effects, kills = sum(len(each.effects) for each in done), sum(each.kills for each in done)
    where = "" if all(each.afterwards for each in done) else " (before each)"
    verdict = f"{wrong} stories end wrong" if wrong else "all right"
    return f"kill test on {states}, {which}: {effects} effects, {kills} kills{where}, {verdict}"
