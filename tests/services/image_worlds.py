"""An engine in memory whose applications follow images of a registry and write to a branch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sandbox.registry.events import push_body
from sandbox.registry.server import SandboxRegistry
from sandbox.registry.store import RegistryStore
from shared.domain.events.git_push import GitPush
from shared.domain.events.image_push import ImagePush
from shared.domain.images.image_name import ImageName
from shared.domain.images.image_policy import PREFIX
from shared.domain.images.image_state import ImageState
from shared.domain.images.registry_tag import FoundManifest, RegistryTag, sortable_time
from shared.domain.manifests.manifest import Manifest
from shared.domain.specs.app_ref import AppRef
from shared.errors import ConflictError, NotFoundError, TidegateError
from shared.ports.commit_api import BranchHead
from tests.services.memory_git import MemoryGit
from tests.services.worlds import REPO, SHOP, Engine, application

HOST = "myacr.azurecr.io"


@dataclass
class StoreRegistry:
    """ImageRegistry over the sandbox's store, without HTTP. `failures` are by image name."""

    store: RegistryStore
    failures: dict[str, TidegateError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def tags(self, image: ImageName) -> tuple[RegistryTag, ...]:
        self.asked.append(str(image))
        if failure := self.failures.get(str(image)):
            raise failure
        if image.repository not in self.store.repositories:
            raise NotFoundError(f"Image {image}: the registry has no such repository")
        tags = self.store.tags(image.repository).items()
        return tuple(RegistryTag(name, tag.digest, sortable_time(tag.updated)) for name, tag in tags)

    def manifest(self, image: ImageName, reference: str) -> FoundManifest | None:
        found = self.store.find(image.repository, reference)
        if found is None:
            return None
        is_image = json.loads(found.body)["config"]["mediaType"].endswith("image.config.v1+json")
        return FoundManifest(found.digest, found.media_type, is_image)


@dataclass
class MemoryCommits:
    """CommitApi over MemoryGit. `interruptions` happen one by one before a commit is compared."""

    git: MemoryGit
    messages: list[str] = field(default_factory=list)
    interruptions: list[Callable[[], object]] = field(default_factory=list)
    failure: TidegateError | None = None
    stale: int = 0

    def head(self, repo_url: str, branch: str) -> BranchHead:
        if self.failure:
            raise self.failure
        return BranchHead(branch or "main", self.git.resolve(repo_url, branch or "main"))

    def read(self, repo_url: str, commit: str, path: str) -> bytes | None:
        return self.git._commits[commit].files.get(path)

    def commit(self, repo_url: str, head: BranchHead, message: str, files: Mapping[str, bytes]) -> str:
        if self.interruptions:
            self.interruptions.pop(0)()
        if self.git.head(repo_url, head.branch) != head.commit:
            self.stale += 1
            raise ConflictError("the branch is elsewhere")
        self.messages.append(message)
        return self.git.push(repo_url, {**self.git._commits[head.commit].files, **files}, head.branch)


class ImageWorld:
    """`shop` follows `myacr.azurecr.io/shop`, whose tag 1.0.0 stands in shop/kustomization.yaml."""

    def __init__(self, apps: Mapping[str, Mapping[str, str]], **settings: Any) -> None:
        self.engine = Engine(**settings)
        self.registry = SandboxRegistry(HOST)
        self.images = StoreRegistry(self.registry.store)
        self.written = MemoryCommits(self.engine.git)
        self.engine.memory.images, self.engine.memory.commits = self.images, self.written
        files: dict[str, object] = {}
        for name in apps:
            self.registry.seed(name, "1.0.0")
            files |= overlay(name, "1.0.0")
        self.engine.git.push(REPO, files)
        for name, notes in apps.items():
            self.engine.add(following(name, notes))
        self.run()

    def run(self) -> None:
        """Until nothing is due."""
        self.engine.run_for(3)

    def push_image(self, tag: str, name: str = "shop") -> None:
        """Push an image; the registry's event arrives at once."""
        manifest = self.registry.seed(name, tag)
        push = ImagePush.of_registry(push_body(HOST, name, tag, manifest), "test")
        assert push is not None
        self.engine.receive_event(push.to_message())

    def set_by_hand(self, tag: str, name: str = "shop") -> GitPush:
        """Somebody commits a tag, and GitHub tells of it."""
        push = self.engine.push({**self._files(), **overlay(name, tag)})
        self.engine.receive_event(push.to_message())
        return push

    def tag(self, name: str = "shop") -> str:
        """What Git says."""
        text = self._files()[f"{name}/kustomization.yaml"]
        return str(json.loads(text)["images"][0]["newTag"])

    def commits(self) -> list[str]:
        """The messages of our own commits."""
        return self.written.messages

    def state(self, name: str = "shop") -> ImageState:
        return self.engine.images.states.of(AppRef("argocd", name))["it"]

    def view(self) -> dict[str, Any]:
        status: dict[str, Any] = self.engine.show_applications.one(SHOP)["status"]
        return status

    def _files(self) -> dict[str, bytes]:
        return dict(self.engine.git._commits[self.engine.git.head(REPO)].files)


def overlay(name: str, tag: str) -> dict[str, object]:
    kustomization = {"resources": ["map.yaml"], "images": [{"name": f"{HOST}/{name}", "newTag": tag}]}
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    return {f"{name}/kustomization.yaml": kustomization, f"{name}/map.yaml": config}


def following(name: str, notes: Mapping[str, str]) -> Manifest:
    """An application with Image Updater's annotations, their prefix left out."""
    told = {
        "image-list": f"it={HOST}/{name}",
        "write-back-method": "git",
        "write-back-target": "kustomization",
        **notes,
    }
    manifest = application(name)
    manifest["metadata"]["annotations"] = {
        key if "/" in key else PREFIX + key: value for key, value in told.items()
    }
    return manifest


@contextmanager
def image_world(apps: Mapping[str, Mapping[str, str]] | None = None, **settings: Any) -> Iterator[ImageWorld]:
    yield ImageWorld(apps or {"shop": {}}, **settings)
