"""`push-image`: another tag in the registry, as a pipeline pushes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count

from sandbox.demo.control.effect import Step
from sandbox.demo.control.reach import Done, Reach, Verb
from sandbox.demo.control.refusal import RefusedError
from sandbox.demo.control.request_fields import RequestFields
from sandbox.demo.control.rollout import label, rolled_out, running
from shared.domain.images.bump_message import moved_in

_DEFAULT = "docs-site"
_REPOSITORY = re.compile(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_NUMBER = re.compile(r"\d+", re.ASCII)
_LAST_NUMBER = re.compile(r"(.*?)(\d+)(\D*)", re.ASCII)


def next_tag(tags: Sequence[str]) -> str:
    """The tag after these, oldest first: that of the newest with its last number one higher and as wide.

    Only those count that look like the first of them: `v1.2.3` does not follow a `nightly-7`. A tag that is
    there already is passed over; "" when the first has no number.
    """
    like = [tag for tag in tags if _NUMBER.sub("0", tag) == _NUMBER.sub("0", tags[0])]
    match = _LAST_NUMBER.fullmatch(like[-1]) if like else None
    if match is None:
        return ""
    before, number, after = match.groups()
    higher = (f"{before}{int(number) + step:0{len(number)}}{after}" for step in count(1))
    return next(tag for tag in higher if tag not in tags)


def _run(reach: Reach, fields: RequestFields) -> Done:
    repository = _repository(reach, fields)
    tag = fields.text("tag", "", _TAG, "Write a tag, for example 2026.01") or _next(reach, repository)
    image = f"{reach.registry.host}/{repository}"
    if tag in _tags(reach, repository):
        raise RefusedError(
            f"Image {image}",
            "tag",
            f"{tag} is in the registry already, and applications follow new tags",
            "Leave it out for the next one",
            HTTPStatus.CONFLICT,
        )
    names = reach.applications.following(image)
    pushed = _Pushed(
        reach, image, tag, names, reach.history.head(), len(reach.registry.deliveries), reach.push_events()
    )
    digest = reach.registry.push(repository, tag).digest
    who = f"which {' and '.join(names)} follow{'s' * (len(names) == 1)}" if names else "which nobody follows"
    details = {"image": f"{image}:{tag}", "digest": digest}
    return Done(f"Pushed {image}:{tag}, {who}", names, pushed.steps(), details)


def _repository(reach: Reach, fields: RequestFields) -> str:
    """The name without the registry, which people write before it."""
    text = fields.text("repository", _DEFAULT, re.compile(r"\S+"), "Write a name, for example docs-site")
    name = text.removeprefix(f"{reach.registry.host}/")
    if not _REPOSITORY.fullmatch(name):
        raise RefusedError(
            fields.subject, "repository", f"is {text!r}", "Write a name without a tag, for example docs-site"
        )
    return name


def _tags(reach: Reach, repository: str) -> list[str]:
    """Oldest first, none where there is no such repository."""
    if repository not in reach.registry.store.repositories:
        return []
    found = reach.registry.store.tags(repository)
    return sorted(found, key=lambda tag: found[tag].created)


def _next(reach: Reach, repository: str) -> str:
    tags = _tags(reach, repository)
    if tag := next_tag(tags):
        return tag
    has = "began with a tag without a number" if tags else "is not in the registry"
    raise RefusedError(f"Repository {repository}", "tag", f"is missing, and {repository} {has}", "Say a tag")


@dataclass(slots=True)
class _Pushed:
    """One push, followed. `head`, `letters` and `pushes` are what there was before it."""

    reach: Reach
    image: str
    tag: str
    names: list[str]
    head: str
    letters: int
    pushes: int
    commit: str = field(default="")

    def steps(self) -> list[Step]:
        """Where nobody follows the image, its event is all there is."""
        event = Step("registry event", self._event)
        if not self.names:
            return [event]
        return [
            event,
            Step("commit", self._committed),
            Step("push event", self._pushed),
            Step("rollout", self._rollout),
            Step("Healthy", self._healthy),
        ]

    def _event(self) -> str:
        for letter in self.reach.registry.deliveries[self.letters :]:
            if letter.action == "push" and 200 <= letter.status < 300:
                return f"{self.reach.registry.host} told Tidegate of {self.tag}"
        return ""

    def _committed(self) -> str:
        for found, message in self.reach.history.since(self.head):
            if any((image, after) == (self.image, self.tag) for image, _, after in moved_in(message)):
                self.commit = found.id
                return str(found)
        return ""

    def _pushed(self) -> str:
        return "the Git server told Tidegate of the commit" * (self.reach.push_events() > self.pushes)

    def _rollout(self) -> str:
        live = [running(self.reach, name, self.image, self.tag) for name in self.names]
        if not all(live):
            return ""
        return f"{', '.join(label(each) for found in live for each in found)} gets {self.tag}"

    def _healthy(self) -> str:
        applications = self.reach.applications
        for name in self.names:
            live = running(self.reach, name, self.image, self.tag)
            at_commit = self.reach.history.in_one_of(applications.revisions(name), self.commit)
            if not (live and all(map(rolled_out, live)) and at_commit and applications.settled(name)):
                return ""
        return applications.said(self.names)


PUSH_IMAGE = Verb(
    "push-image",
    "Push another image into the registry, as a pipeline does",
    {"repository": "Default: docs-site", "tag": "Default: the newest one with its last number one higher"},
    _run,
)
