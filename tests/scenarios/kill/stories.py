"""What happens in the world while the process dies, and what has to be so in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.manifests.manifest import Manifest
from tests.scenarios.kill.manifests import (
    CASCADE,
    application,
    bulk,
    config_map,
    deployment,
    files,
    service,
)

Files = dict[str, bytes | None]
# (verb, resource, name): a request that changed the store of the API server
Touch = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """One run: `run` names its repository, and its namespaces begin with it."""

    run: str

    @property
    def repository(self) -> str:
        return f"kill/{self.run}"

    @property
    def url(self) -> str:
        return f"https://github.com/{self.repository}.git"

    @property
    def shop(self) -> str:
        return self.run

    @property
    def other(self) -> str:
        return f"{self.run}-other"

    @property
    def fresh(self) -> str:
        return f"{self.run}-fresh"


@dataclass(frozen=True, slots=True)
class Ending:
    """One application in the end: its objects in its namespace, and how many deployments it has seen.

    `moves`: the change is its business, so it is at the new commit.
    """

    name: str
    namespace: str
    objects: tuple[Manifest, ...]
    deployments: int
    moves: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """`before` is in the repository and in the cluster when it begins; `change` is pushed.

    `left` are objects that no application has any more and that stay; `root` counts the root's deployments.
    """

    name: str
    sentence: str
    before: Callable[[Names], Files]
    change: Callable[[Names], Files]
    endings: Callable[[Names], tuple[Ending, ...]]
    touches: Callable[[Names], Counter[Touch]]
    root: int
    left: Callable[[Names], tuple[Manifest, ...]] = lambda _: ()


def _shop(names: Names) -> Manifest:
    return application("shop", names.url, "shop", names.shop, finalizers=[CASCADE])


def _other(names: Names, path: str = "other") -> Manifest:
    return application("other", names.url, path, names.other)


def _world(names: Names, *shop: Manifest) -> Files:
    """The root's children `shop` and `other`, and their objects."""
    return {
        **files("apps", [_shop(names), _other(names)]),
        **files("shop", shop),
        **files("other", [config_map("other", "hello")]),
        **files("other-two", [config_map("other", "good day")]),
    }


def _other_ending(names: Names) -> Ending:
    return Ending("other", names.other, (config_map("other", "hello"),), 1)


_WEB = (deployment("web", "1"), service("web"))
_FRESH = (service("fresh"), config_map("fresh", "hello"))
_PUSH = Story(
    name="push",
    sentence="a push changes an image, adds one object and removes another",
    before=lambda names: _world(names, *_WEB, *bulk(25)),
    change=lambda _: {
        **files("shop", [deployment("web", "2"), config_map("added", "hello")]),
        **dict.fromkeys(files("shop", [service("web")])),
    },
    endings=lambda names: (
        Ending(
            "shop", names.shop, (deployment("web", "2"), config_map("added", "hello"), *bulk(25)), 2, True
        ),
        _other_ending(names),
    ),
    touches=lambda _: Counter(
        [
            ("patch", "deployments.apps", "web"),
            ("patch", "configmaps", "added"),
            ("delete", "services", "web"),
        ]
    ),
    root=1,
)
_CHILD = Story(
    name="child",
    sentence="a push adds a child to the root: a new application with a namespace to make",
    before=lambda names: _world(names, config_map("shop", "hello")),
    change=lambda names: {
        **files("apps", [application("fresh", names.url, "fresh", names.fresh)]),
        **files("fresh", _FRESH),
    },
    endings=lambda names: (
        Ending("shop", names.shop, (config_map("shop", "hello"),), 1),
        _other_ending(names),
        Ending("fresh", names.fresh, _FRESH, 1, True),
    ),
    touches=lambda names: Counter(
        [
            ("create", "namespaces", names.fresh),
            ("patch", "configmaps", "fresh"),
            ("patch", "services", "fresh"),
        ]
    ),
    root=2,
)
_SPEC = Story(
    name="spec",
    sentence="a push changes the spec of a child of the root",
    before=lambda names: _world(names, config_map("shop", "hello")),
    change=lambda names: files("apps", [_other(names, "other-two")]),
    endings=lambda names: (
        Ending("shop", names.shop, (config_map("shop", "hello"),), 1),
        Ending("other", names.other, (config_map("other", "good day"),), 2, True),
    ),
    touches=lambda _: Counter([("patch", "configmaps", "other")]),
    root=2,
)
_KEPT = bulk(6, keep=True)
_REMOVAL = Story(
    name="removal",
    sentence="a push removes a child with the resources finalizer",
    before=lambda names: _world(names, *_WEB, config_map("shop", "hello"), *_KEPT),
    change=lambda names: dict.fromkeys(files("apps", [_shop(names)])),
    endings=lambda names: (_other_ending(names),),
    touches=lambda _: Counter(
        [
            ("delete", "deployments.apps", "web"),
            ("delete", "services", "web"),
            ("delete", "configmaps", "shop"),
        ]
    ),
    root=2,
    left=lambda _: _KEPT,
)
STORIES = {story.name: story for story in (_PUSH, _CHILD, _SPEC, _REMOVAL)}
