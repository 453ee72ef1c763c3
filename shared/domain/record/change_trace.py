"""Where a change began: what one trace id stands for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

import msgspec


class ChangeKind(StrEnum):
    """What began it: an image in a registry, a push to Git, a new version of a vault's secret, somebody who
    asked, or the Application itself, which is new or says something else.
    """

    IMAGE = "image"
    PUSH = "push"
    SECRET = "secret"  # noqa: S105 the name of a kind
    REQUEST = "request"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class ChangeTrace:
    """One change before it reaches an application. Times are aware UTC.

    `source` is who told us (`acr webhook`, `Event Grid`, `Git webhook`, `Git poll`), `event` its id there.
    `at` is when it happened as the sender says, None where it does not; `received` is when we heard of it.
    `name` is the image, the repository, the vault or the application; `version` the tag, the ref, the name of
    the secret, or `rollback`. `by` is who asked.
    `commit` in `repo_url` is what was pushed, or what we wrote. `continued_by` is the trace that the commit
    went on under, where several images made one commit.
    """

    trace: str
    kind: ChangeKind
    source: str
    received: datetime
    name: str
    version: str
    by: str = ""
    event: str = ""
    at: datetime | None = None
    digest: str = ""
    repo_url: str = ""
    commit: str = ""
    chosen: datetime | None = None
    committed: datetime | None = None
    continued_by: str = ""

    def with_choice(self, now: datetime) -> Self:
        """The tag was chosen; the first time counts, until a commit has come of it."""
        return self if self.chosen is not None else replace(self, chosen=now)

    def with_commit(self, repo_url: str, commit: str, continued_by: str, now: datetime) -> Self:
        """We wrote it to Git. An event that is delivered again changes nothing."""
        if self.committed is not None:
            return self
        other = "" if continued_by == self.trace else continued_by
        return replace(
            self,
            repo_url=repo_url,
            commit=commit,
            committed=now,
            chosen=self.chosen or now,
            continued_by=other,
        )


# msgspec learns a dataclass when it first meets it, and two threads must not be first at once
_LEARNT = msgspec.json.Decoder(ChangeTrace)
