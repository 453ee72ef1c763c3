"""The two-level cache: what is rendered, when, and what is remembered of it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.render.render_plan import ClusterFacts
from shared.domain.specs.application import Application
from shared.errors import RenderError, UnavailableError
from shared.services.render_application import Desired, RenderApplication
from shared.services.resolve_sources import ResolveSources
from shared.services.served_types import ServedTypes
from tests.services.worlds import REPO, Engine, application, config_map, engine

FILES: dict[str, Any] = {"shop/greeting.yaml": config_map("greeting"), "README.md": {"a": 1}}
FACTS = ClusterFacts("v1.34.4", ("v1", "v1/ConfigMap"))
OTHER = "https://github.com/my-org/other.git"


def rendered(
    world: Engine, *, facts: ClusterFacts = FACTS, manifest: dict[str, Any] | None = None
) -> Desired:
    """Render at the heads of now, with a service that remembers nothing by itself."""
    ports = world.ports
    app = Application.parse(manifest or application())
    resolution = ResolveSources(world.index, ports.git)(app, (), fresh=True)
    service = RenderApplication(ports.git, ports.tool, ports.blobs, ports.sealing)
    return service(app, resolution, ServedTypes(world.cluster), facts, "installation")


def test_the_same_commit_is_rendered_once() -> None:
    world = engine(FILES)
    first, second = rendered(world), rendered(world)
    assert (first.cached, second.cached) == (False, True)
    assert first.state == second.state
    assert world.tool.renders == ["shop"]


def test_a_push_that_touches_nothing_that_was_read_renders_nothing() -> None:
    world = engine(FILES)
    rendered(world)
    world.git.push(REPO, {**FILES, "README.md": {"a": 2}, "other/new.yaml": config_map("new")})
    assert rendered(world).cached
    assert world.tool.renders == ["shop"]


@pytest.mark.parametrize(
    "change",
    [
        {"shop/greeting.yaml": config_map("greeting", "bye")},
        {"shop/second.yaml": config_map("second")},
    ],
    ids=["a file that was read", "a new file in a folder that was listed"],
)
def test_a_push_that_touches_what_was_read_renders_anew(change: dict[str, Any]) -> None:
    world = engine(FILES)
    rendered(world)
    world.git.push(REPO, {**FILES, **change})
    assert not rendered(world).cached
    assert world.tool.renders == ["shop", "shop"]


def test_going_back_renders_nothing() -> None:
    world = engine(FILES)
    first = rendered(world)
    world.git.push(REPO, {**FILES, "shop/greeting.yaml": config_map("greeting", "bye")})
    rendered(world)
    world.git.push(REPO, FILES)
    again = rendered(world)
    assert again.cached
    assert again.state == first.state


def test_another_cluster_version_tool_or_parameter_renders_anew() -> None:
    world = engine(FILES)
    rendered(world)
    assert not rendered(world, facts=ClusterFacts("v1.35.0", FACTS.api_versions)).cached
    source = {
        "repoURL": REPO,
        "targetRevision": "main",
        "path": "shop",
        "directory": {"exclude": "*.txt"},
    }
    assert not rendered(world, manifest=application(source=source)).cached
    world.tool.tool_version = "memory 2"
    assert not rendered(world).cached


def test_a_cached_render_that_cannot_be_opened_is_made_again() -> None:
    world = engine(FILES)
    rendered(world)
    (name,) = world.ports.blobs.list("renders/")
    world.ports.blobs.put(name, b"damaged")
    assert not rendered(world).cached
    assert rendered(world).cached


def test_renders_lie_sealed() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "cGFzcw=="}}
    world = engine({"shop/secret.yaml": secret})
    rendered(world)
    stored = [world.ports.blobs.get(name) or b"" for name in world.ports.blobs.list("")]
    assert stored
    assert not any(b"cGFzcw==" in data for data in stored)


def test_what_was_read_is_told_for_each_repository() -> None:
    world = engine(FILES)
    world.git.push(OTHER, {"api/a.yaml": config_map("a")})
    sources = [
        {"repoURL": REPO, "targetRevision": "main", "path": "shop"},
        {"repoURL": OTHER, "targetRevision": "main", "path": "api"},
    ]
    found = rendered(world, manifest=application(sources=sources))
    assert found.reads[REPO] == (("main",), ("shop", "shop/greeting.yaml"))
    assert found.reads[OTHER] == (("main",), ("api", "api/a.yaml"))
    assert [manifest["metadata"]["name"] for manifest in found.state.objects] == ["greeting", "a"]
    assert found.source_types == ("Directory", "Directory")


def test_what_is_read_from_the_cache_is_told_as_well() -> None:
    world = engine(FILES)
    assert rendered(world).reads == rendered(world).reads


def test_a_source_that_is_only_referred_to_renders_nothing_and_is_tracked() -> None:
    world = engine(FILES)
    world.git.push(OTHER, {"prod.yaml": {"a": 1}})
    sources = [
        {"repoURL": REPO, "targetRevision": "main", "path": "shop"},
        {"repoURL": OTHER, "targetRevision": "main", "ref": "values"},
    ]
    found = rendered(world, manifest=application(sources=sources))
    assert world.tool.renders == ["shop"]
    assert found.reads[OTHER] == (("main",), ())


@pytest.mark.parametrize(
    ("marker", "kind"),
    [("Chart.yaml", "Helm"), ("kustomization.yaml", "Kustomize"), ("Kustomization", "Kustomize")],
)
def test_the_files_say_which_tool_it_is(marker: str, kind: str) -> None:
    world = engine({"shop/greeting.yaml": config_map("greeting"), f"shop/{marker}": {"name": "shop"}})
    if marker == "Kustomization":
        world.git.push(REPO, {"shop/Kustomization": config_map("greeting")})
    assert rendered(world).source_types == (kind,)


def test_a_path_that_does_not_exist_says_so_with_the_commit() -> None:
    world = engine(FILES)
    with pytest.raises(RenderError, match=r"spec.source.path 'gone' does not exist in .* at [0-9a-f]{7}\."):
        rendered(world, manifest=application(path="gone"))


def test_an_error_of_the_tool_is_not_remembered() -> None:
    world = engine({"shop/greeting.yaml": b"{broken"})
    for _ in range(2):
        with pytest.raises(RenderError, match=r"shop/greeting\.yaml"):
            rendered(world)
    assert world.tool.renders == ["shop", "shop"]


def test_a_repository_that_is_away_is_raised() -> None:
    world = engine(FILES)
    world.git.failures[REPO] = UnavailableError("Repository: does not answer")
    with pytest.raises(UnavailableError):
        rendered(world)


def test_a_render_of_two_commits_of_one_repository_is_neither_looked_up_nor_kept() -> None:
    world = engine({"shop/Chart.yaml": {"name": "shop"}, "shop/greeting.yaml": config_map("greeting")})
    old = world.git.head(REPO)
    world.git.push(REPO, {"values.yaml": {"a": 1}})
    sources = [
        {"repoURL": REPO, "targetRevision": old, "path": "shop", "helm": {"valueFiles": ["$v/values.yaml"]}},
        {"repoURL": REPO, "targetRevision": "main", "ref": "v"},
    ]
    manifest = application(sources=sources)
    assert not rendered(world, manifest=manifest).cached
    assert not rendered(world, manifest=manifest).cached
    assert list(world.ports.blobs.list("renders/")) == []
