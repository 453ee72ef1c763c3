"""What the demo prints when it is ready: where everything is, and four commands to try."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from sandbox.demo.command_line import PROGRAM, ROOT
from sandbox.demo.vaults import API_KEY
from sandbox.demo.world import PASSWORD, REPOSITORY, DemoWorld


@dataclass(frozen=True, slots=True)
class Trial:
    """One command of `tidegate`, and what is seen in the page."""

    words: tuple[str, ...]
    effect: str


PUSH_IMAGE = Trial(
    ("sandbox", "push-image"), "registry event → commit → push event → rollout → Healthy, at docs-site"
)
DRIFT = Trial(("sandbox", "drift"), "ai-app-production gets 5 replicas by hand, and its 3 back")
SET_SECRET = Trial(("sandbox", "set-secret", API_KEY), "vault → Kubernetes Secret, at secrets")
REVERT = Trial(("sandbox", "revert"), "git revert of the last commit: docs-site goes back")
TRIALS = (PUSH_IMAGE, DRIFT, SET_SECRET, REVERT)

_TEXT = """
  Page        {url}   (user admin, password {password})
  Repository  {git}   (written as https://github.com/{repository}.git)
  Control     {control}   (what the commands below talk to)
  Kubeconfig  {kubeconfig}
  Log         {log}

Try, in another terminal, with the page open:

  cd {root}
{trials}

With --wait they tell each step. All other commands, for example app list, after:

  {program} login {server} --name demo --username admin --password {password}

Ctrl-C stops everything.
"""


def what_to_try(world: DemoWorld, *, is_noted: bool) -> str:
    """The text. Commands find the control URL where it `is_noted`; else it stands in each of them."""
    more = "" if is_noted else f" --control {world.control.url}"
    typed = [f"{PROGRAM} {' '.join(trial.words)}{more}" for trial in TRIALS]
    width = max(map(len, typed))
    lines = [f"  {line:<{width}}   # {trial.effect}" for line, trial in zip(typed, TRIALS, strict=True)]
    return _TEXT.format(
        url=world.url,
        password=PASSWORD,
        git=world.git.served_url(REPOSITORY),
        repository=REPOSITORY,
        control=world.control.url,
        kubeconfig=world.folder / "kubeconfig",
        log=world.folder / "tidegate.log",
        root=shlex.quote(str(ROOT)),
        trials="\n".join(lines),
        program=PROGRAM,
        server=world.url.removeprefix("http://"),
    )
