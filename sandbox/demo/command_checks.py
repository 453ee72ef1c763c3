"""What the demo lists to try, tried by the very commands that it prints."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pygit2

from sandbox.demo.checks import Check, NotSoError, all_healthy, require, seen
from sandbox.demo.command_line import CommandLine, write_program
from sandbox.demo.secret_checks import value_of
from sandbox.demo.what_to_try import DRIFT, PUSH_IMAGE, REVERT, SET_SECRET, Trial
from sandbox.demo.world import REPOSITORY, DemoWorld, eventually
from shared.domain.images.bump_message import moved_in


def _tried(world: DemoWorld, trial: Trial) -> dict[str, Any]:
    """Run the command until its effect is live; return what it printed."""
    program = write_program(world.folder / "bin" / "tidegate")
    run = CommandLine(program, world.control.url, world.folder)
    try:
        done = run(*trial.words, "--wait", "-o", "json")
    except subprocess.TimeoutExpired as error:
        raise NotSoError(f"tidegate {' '.join(trial.words)} did not end: {error}") from error
    require(
        done.returncode == 0, f"tidegate {' '.join(trial.words)} ended with {done.returncode}: {done.stderr}"
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    told = [line.split() for line in done.stderr.splitlines()]
    require(len(told) == len(answer["steps"]), f"not every step was told: {done.stderr}")
    return answer


def _steps(answer: dict[str, Any]) -> list[str]:
    return [step["name"] for step in answer["steps"]]


def _push_image(world: DemoWorld) -> None:
    answer = _tried(world, PUSH_IMAGE)
    wanted = ["registry event", "commit", "push event", "rollout", "Healthy"]
    require(_steps(answer) == wanted, f"the steps are {_steps(answer)}")
    live = world.image_of("docs", "docs-site")
    require(live == answer["image"], f"docs/docs-site runs {live}, not {answer['image']}")
    require(eventually(lambda: all_healthy(world), 30), seen(world, "docs-site"))


def _drift(world: DemoWorld) -> None:
    answer = _tried(world, DRIFT)
    require((answer["before"], answer["replicas"]) == (3, 5), f"replicas went {answer['before']} → 5")
    require(_steps(answer) == ["put back", "Healthy"], f"the steps are {_steps(answer)}")
    require(world.replicas_of("production", "ai-app") == 3, seen(world, "ai-app-production"))


def _set_secret(world: DemoWorld) -> None:
    before = value_of(world, "OPENAI_API_KEY")
    answer = _tried(world, SET_SECRET)
    now = value_of(world, "OPENAI_API_KEY")
    require(now not in (None, "", before), "the Kubernetes Secret has the old value")
    require(_steps(answer) == ["vault event", "Secret", "Healthy"], f"the steps are {_steps(answer)}")
    require(str(now) not in json.dumps(answer), "the command shows the value")
    require(str(now) not in world.tidegate.log(), "the value stands in Tidegate's log")


def _revert(world: DemoWorld) -> None:
    """The last commit is that of the image that was pushed."""
    last = _message(world, world.copy.head())
    require(len(moved_in(last)) == 1, f"the last commit moved no image: {last}")
    ((image, before, _),) = moved_in(last)
    answer = _tried(world, REVERT)
    require(_steps(answer) == ["push event", "deployed", "Healthy"], f"the steps are {_steps(answer)}")
    live = world.image_of("docs", "docs-site")
    require(live == f"{image}:{before}", f"docs/docs-site runs {live}, not {before}")
    head = _message(world, answer["commit"])
    require(head.startswith(f'Revert "{last.splitlines()[0]}"'), f"the last commit is {head}")
    require(eventually(lambda: all_healthy(world), 30), seen(world, "docs-site"))


def _message(world: DemoWorld, commit: str) -> str:
    repository = world.git.repository(REPOSITORY)
    require(repository is not None, f"{REPOSITORY} is gone")
    repo = repository.open() if repository else None
    if repo is None:
        return ""
    try:
        return str(repo[commit].peel(pygit2.Commit).message)
    finally:
        repo.free()


COMMAND_CHECKS = (
    Check("`tidegate sandbox push-image`: registry event, commit, push event, rollout, Healthy", _push_image),
    Check("`tidegate sandbox drift`: replicas changed by hand are put back", _drift),
    Check("`tidegate sandbox set-secret`: a new value reaches the Kubernetes Secret unseen", _set_secret),
    Check("`tidegate sandbox revert`: the image before comes back", _revert),
)
