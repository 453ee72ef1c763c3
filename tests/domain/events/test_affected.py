"""Which applications a push touches."""

from __future__ import annotations

import pytest

from shared.domain.events.affected import TrackedSource, affected
from shared.domain.specs.app_ref import AppRef


def source(name: str, *paths: str) -> TrackedSource:
    return TrackedSource(AppRef("argocd", name), "main", paths)


def woken(changed: list[str] | None, *sources: TrackedSource) -> list[str]:
    return [app.name for app in affected(sources, changed)]


READ = (
    "charts/api",
    "charts/api/Chart.yaml",
    "charts/api/templates",
    "charts/api/values.yaml",
    "charts/api/values.prod.yaml",
    "lib/common.tpl",
)


@pytest.mark.parametrize(
    "changed",
    [
        "charts/api/Chart.yaml",
        "charts/api/templates/new.yaml",
        "charts/api/templates/deep/er/new.yaml",
        "charts/api/values.prod.yaml",
        "lib/common.tpl",
        "/lib/common.tpl",
        "lib",
        "charts",
    ],
)
def test_a_change_of_what_was_read_or_looked_for_touches(changed: str) -> None:
    assert woken([changed], source("api", *READ)) == ["api"]


@pytest.mark.parametrize(
    "changed", ["README.md", "charts/web/values.yaml", "charts/api-2/Chart.yaml", "lib/other.tpl", "library"]
)
def test_a_change_elsewhere_does_not_touch(changed: str) -> None:
    assert woken([changed], source("api", *READ)) == []


@pytest.mark.parametrize("paths", [(), ("",), (".",)])
def test_who_reads_everything_is_touched_by_anything(paths: tuple[str, ...]) -> None:
    assert woken(["a/b/c.yaml"], source("api", *paths)) == ["api"]


def test_what_was_not_there_may_be_reached_by_a_new_link() -> None:
    assert woken(["overlays"], source("api", "overlays/prod/values.yaml")) == ["api"]


def test_names_are_compared_letter_by_letter() -> None:
    assert woken(["Charts/api/values.yaml"], source("api", *READ)) == []


def test_when_nobody_knows_what_changed_all_are_touched() -> None:
    assert woken(None, source("web", "charts/web"), source("api", *READ)) == ["api", "web"]


def test_a_push_without_changes_touches_only_who_reads_everything() -> None:
    assert woken([], source("api", *READ), source("all")) == ["all"]


def test_each_application_is_named_once_in_order() -> None:
    sources = [source("web", "lib"), source("api", "lib"), source("web", "lib/x")]
    assert woken(["lib/x", "lib/y"], *sources) == ["api", "web"]


def test_a_push_of_many_files_to_many_applications_is_quick() -> None:
    sources = [
        source(f"a{n:03}", *(f"charts/a{n}/templates/t{i}.yaml" for i in range(50))) for n in range(300)
    ]
    changed = [f"charts/a7/templates/t{i}.yaml" for i in range(1000)]
    assert woken(changed, *sources) == ["a007"]
