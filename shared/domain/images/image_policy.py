"""Which images an application follows, read from Argo CD Image Updater's annotations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.images.image_name import ImageName
from shared.domain.images.write_back import WriteBack, read_write_back
from shared.domain.specs.application import Application
from shared.errors import InvalidRequestError

PREFIX = "argocd-image-updater.argoproj.io/"
RELEASED = "tidegate.dev/released-images"
_ALIAS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")


class Strategy(StrEnum):
    """How the newest tag is found."""

    SEMVER = "semver"
    NEWEST_PUSH = "newest-push"
    DIGEST = "digest"
    ALPHABETICAL = "alphabetical"


_STRATEGIES = {
    "": Strategy.SEMVER,
    "semver": Strategy.SEMVER,
    "newest-push": Strategy.NEWEST_PUSH,
    "newest-build": Strategy.NEWEST_PUSH,
    "latest": Strategy.NEWEST_PUSH,
    "digest": Strategy.DIGEST,
    "alphabetical": Strategy.ALPHABETICAL,
    "name": Strategy.ALPHABETICAL,
}


@dataclass(frozen=True, slots=True)
class ImagePolicy:
    """One image of one application. `written` is its name as the list has it.

    `helm_name`, `helm_tag` and `helm_spec` are keys of values, e.g. `image.tag`; `kustomize_name` is the name
    of the entry in `images`.
    """

    alias: str
    image: ImageName
    written: str
    constraint: str = ""
    strategy: Strategy = Strategy.SEMVER
    allow: str = ""
    ignore: tuple[str, ...] = ()
    helm_name: str = "image.name"
    helm_tag: str = "image.tag"
    helm_spec: str = ""
    kustomize_name: str = ""


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """Why an image is not followed. `alias` "" is about all of them."""

    alias: str
    text: str


@dataclass(frozen=True, slots=True)
class ImageUpdates:
    """What an application follows and where that is written; `released` are `alias:tag` free of a hold."""

    policies: tuple[ImagePolicy, ...] = ()
    write_back: WriteBack | None = None
    problems: tuple[PolicyProblem, ...] = ()
    released: frozenset[str] = frozenset()


def read_image_updates(app: Application) -> ImageUpdates:
    """Read the annotations; what cannot be followed becomes a problem, and the rest is followed.

    Source: argocd-image-updater, pkg/image/options.go and docs/configuration/images.md; the list is cut at
    commas and each entry at its first `=`.
    """
    notes = {
        name.removeprefix(PREFIX): value for name, value in app.annotations.items() if name.startswith(PREFIX)
    }
    entries = [entry.strip() for entry in notes.get("image-list", "").split(",") if entry.strip()]
    if not entries:
        return ImageUpdates()
    policies: list[ImagePolicy] = []
    problems: list[PolicyProblem] = []
    for entry in entries:
        try:
            policies.append(_policy(entry, notes))
        except InvalidRequestError as error:
            problems.append(PolicyProblem(entry.partition("=")[0] if "=" in entry else "", str(error)))
    target = read_write_back(app, notes)
    if isinstance(target, str):
        return ImageUpdates(tuple(policies), None, (*problems, PolicyProblem("", target)))
    released = frozenset(
        part.strip() for part in app.annotations.get(RELEASED, "").split(",") if part.strip()
    )
    return ImageUpdates(tuple(policies), target, tuple(problems), released)


def _policy(entry: str, notes: dict[str, str]) -> ImagePolicy:
    alias, equals, rest = entry.partition("=")
    if not equals:
        alias, rest = "", entry
    elif not _ALIAS.fullmatch(alias):
        raise InvalidRequestError(
            f"Image list: {entry!r} has the alias {alias!r}. The list is cut at commas and at the first '=': "
            "give the image an alias, and write ranges without '=' and ','"
        )
    written, constraint = _split(rest)
    image = ImageName.parse(written)
    key = (alias or image.repository).replace("/", "_")

    def note(name: str, *, own: bool = False) -> str:
        return notes.get(f"{key}.{name}") or ("" if own else notes.get(name, ""))

    strategy = _STRATEGIES.get(note("update-strategy").strip())
    if strategy is None:
        known = ", ".join(name for name in _STRATEGIES if name)
        raise InvalidRequestError(
            f"Image {written}: update-strategy {note('update-strategy')!r} is none of {known}"
        )
    if strategy is Strategy.DIGEST and not constraint:
        raise InvalidRequestError(f"Image {written}: the strategy digest needs a tag. Write {written}:main")
    return ImagePolicy(
        alias=key,
        image=image,
        written=written,
        constraint=constraint,
        strategy=strategy,
        allow=note("allow-tags").strip(),
        ignore=tuple(part.strip() for part in note("ignore-tags").split(",") if part.strip()),
        helm_name=note("helm.image-name", own=True) or "image.name",
        helm_tag=note("helm.image-tag", own=True) or "image.tag",
        helm_spec=note("helm.image-spec", own=True),
        kustomize_name=note("kustomize.image-name", own=True) or written,
    )


def _split(text: str) -> tuple[str, str]:
    """`registry:5000/shop:~1.2` → (`registry:5000/shop`, `~1.2`)."""
    path, slash, last = text.rpartition("/")
    name, _, constraint = last.partition(":")
    return f"{path}{slash}{name}", constraint
