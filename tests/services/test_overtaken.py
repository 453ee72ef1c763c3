"""A push that comes while something else is being done with its application is not forgotten."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.domain.manifests.manifest import Manifest
from shared.domain.render.render_request import DirectoryRequest
from shared.domain.render.rendered import Rendered
from shared.domain.specs.app_ref import AppRef
from shared.services.repository_index import RepositoryIndex
from tests.services.memory_git import MemoryGit, MemoryTool
from tests.services.worlds import REPO, SHOP, Engine, application, config_map, engine

_READY = {
    "observedGeneration": 1,
    "replicas": 1,
    "updatedReplicas": 1,
    "readyReplicas": 1,
    "availableReplicas": 1,
    "conditions": [{"type": "Available", "status": "True"}],
}


def deployment() -> Manifest:
    container = {"name": "web", "image": "web:1"}
    pod = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": pod}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def later(text: str) -> dict[str, object]:
    """A second wave, which waits for the rollout of the first."""
    wave = {"argocd.argoproj.io/sync-wave": "1"}
    return {"shop/web.yaml": deployment(), "shop/later.yaml": config_map("later", text, annotations=wave)}


def text_of(world: Engine, name: str) -> object:
    (live,) = (found for key, found in world.cluster.objects.items() if key.name == name)
    return live["data"]["text"]


def test_a_push_during_an_operation_that_waits_is_deployed_after_it() -> None:
    world = engine(later("one"))
    world.add()
    world.run_for(3)
    world.receive_push(world.push(later("two")))
    world.run_for(3)
    assert "apply ConfigMap shop/later" not in world.cluster.writes(), "the first wave is not done"
    world.cluster.change("Deployment", "shop", "web", status=_READY)
    world.run_for(60)
    assert text_of(world, "later") == "two"
    assert len(world.rows.history(SHOP)) == 2


class OvertakenTool(MemoryTool):
    """Something happens in the middle of a render."""

    def __init__(self, git: MemoryGit) -> None:
        super().__init__(git)
        self.meanwhile: Callable[[], object] = lambda: None

    def directory(self, request: DirectoryRequest) -> Rendered:
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        rendered = super().directory(request)
        meanwhile()
        return rendered


@pytest.mark.parametrize("how", ["poll", "webhook"])
def test_a_push_during_the_first_look_at_an_application_is_seen(how: str) -> None:
    """Nobody knows yet that it reads the repository, so nobody wakes it."""
    world = Engine()
    world.git.push(REPO, {"shop/a.yaml": config_map("a"), "web/b.yaml": config_map("b")})
    tool = OvertakenTool(world.git)
    world.memory.tool = tool
    world.add(application("web"))
    world.run_for(5)

    def push() -> None:
        pushed = world.push({"shop/a.yaml": config_map("a", "new"), "web/b.yaml": config_map("b")})
        assert (world.poll_repositories() if how == "poll" else world.receive_push(pushed)) == 0

    world.add(application("shop"))
    tool.meanwhile = push
    world.run_for(5)
    assert text_of(world, "a") == "new"
    assert world.status(SHOP).revisions == (world.git.head(REPO),)
    assert not world.status(SHOP).wake.token, "it comes to rest"


class OvertakenIndex(RepositoryIndex):
    """Something happens just before an application is known to read a repository."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def track(self, ref: AppRef, sources: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        super().track(ref, sources)


def test_a_push_that_mends_what_could_not_be_read_is_seen_while_that_is_found_out() -> None:
    world = Engine()
    index = OvertakenIndex(world.ports.documents)
    world.index = index
    world.git.push(REPO, {"web/b.yaml": config_map("b")})
    world.add(application("web"))
    world.run_for(5)

    def push() -> None:
        files = {"shop/a.yaml": config_map("a"), "web/b.yaml": config_map("b")}
        assert world.receive_push(world.push(files)) == 0

    index.meanwhile = push
    world.add(application("shop"))
    world.run_for(5)
    assert world.state(SHOP) == ("Synced", "Healthy")
