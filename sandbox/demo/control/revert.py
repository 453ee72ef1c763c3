"""`revert`: git revert, pushed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from sandbox.demo.control.effect import Step
from sandbox.demo.control.history import FoundCommit
from sandbox.demo.control.reach import Done, Reach, Verb
from sandbox.demo.control.refusal import RefusedError
from sandbox.demo.control.request_fields import RequestFields
from sandbox.git.committer import PushRefusedError

_COMMIT = re.compile(r"[0-9a-f]{4,40}")


def _run(reach: Reach, fields: RequestFields) -> Done:
    bad = _commit(reach, fields)
    pushes = reach.push_events()
    try:
        commit = reach.copy.revert(bad.id)
    except (ValueError, PushRefusedError) as error:
        raise RefusedError(
            f"Commit {bad}",
            "commit",
            f"was not reverted ({error})",
            "Run it again, or revert a newer one",
            HTTPStatus.CONFLICT,
        ) from error
    names = reach.applications.holding(bad.files)
    reverted = _Reverted(reach, commit, pushes, names)
    whose = f"which is for {' and '.join(names)}" if names else "which is in no application's folder"
    return Done(
        f'Reverted "{bad}" by commit {commit[:7]}, {whose}',
        names,
        reverted.steps(),
        {"commit": commit, "reverted": bad.id, "files": list(bad.files)},
    )


def _commit(reach: Reach, fields: RequestFields) -> FoundCommit:
    rule = "Write 4 to 40 hexadecimal digits, or leave it out for the last commit"
    text = fields.text("commit", "", _COMMIT, rule)
    found = reach.history.find(text or reach.history.head())
    if found is None:
        raise RefusedError(
            f"Commit {text}",
            "commit",
            "is not on the branch main",
            "Leave it out for the last one",
            HTTPStatus.NOT_FOUND,
        )
    if found.parents != 1:
        what = "merges branches" if found.parents else "is the first one: nothing would be left"
        raise RefusedError(f"Commit {found}", "commit", what, "Push something and revert that")
    return found


@dataclass(frozen=True, slots=True)
class _Reverted:
    """`pushes` is how many push events there were before."""

    reach: Reach
    commit: str
    pushes: int
    names: list[str]

    def steps(self) -> list[Step]:
        event = Step("push event", self._event)
        if not self.names:
            return [event]
        return [event, Step("deployed", self._deployed), Step("Healthy", self._healthy)]

    def _event(self) -> str:
        return f"the Git server told Tidegate of {self.commit[:7]}" * (self.reach.push_events() > self.pushes)

    def _deployed(self) -> str:
        applications, history = self.reach.applications, self.reach.history
        if not all(history.in_one_of(applications.revisions(name), self.commit) for name in self.names):
            return ""
        return f"{', '.join(self.names)} at {self.commit[:7]}"

    def _healthy(self) -> str:
        settled = all(map(self.reach.applications.settled, self.names))
        return self.reach.applications.said(self.names) if settled else ""


REVERT = Verb(
    "revert",
    "Revert a commit and push that",
    {"commit": "Default: the last commit on main"},
    _run,
)
