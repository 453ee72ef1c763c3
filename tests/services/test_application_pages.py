"""Lists of applications: pages, counts, and nothing read that is not shown."""

from __future__ import annotations

from typing import Any

from shared.domain.specs.app_ref import AppRef
from shared.domain.views.application_filter import ApplicationFilter
from shared.domain.views.field_mask import FieldMask
from shared.services.application_rows import ApplicationRows
from shared.services.show_applications import ApplicationPage, PageWish, ShowApplications
from tests.services.worlds import SHOP, Engine, application, engine

NAMES = FieldMask.parse("metadata.name,status.sync.status")


def several(*names: str) -> Engine:
    world = engine()
    for name in names:
        world.add(application(name))
    return world


def names(page: ApplicationPage) -> list[str]:
    return [item["metadata"]["name"] for item in page.items]


def test_a_page_says_how_many_remain_and_where_to_go_on() -> None:
    show = several("a", "b", "c", "d", "e").show_applications
    first = show.page(wish=PageWish(limit=2))
    second = show.page(wish=PageWish(limit=2, after=first.token))
    last = show.page(wish=PageWish(limit=2, after=second.token))
    assert [names(page) for page in (first, second, last)] == [["a", "b"], ["c", "d"], ["e"]]
    assert [page.remaining for page in (first, second, last)] == [3, 1, 0]
    assert last.token == ""
    assert names(show.page(wish=PageWish(limit=2, offset=3))) == ["d", "e"]
    assert names(show.page()) == ["a", "b", "c", "d", "e"]


def test_counts_are_of_all_pages_and_of_every_state() -> None:
    world = engine()
    world.add(application("shop"))
    world.run_for(5)
    world.add(application("new"))
    page = world.show_applications.page(ApplicationFilter(syncs=("Synced",)), PageWish(limit=1))
    assert names(page) == ["shop"]
    assert page.counts == {
        "total": 2,
        "sync": {"Synced": 1, "Unknown": 1},
        "health": {"Healthy": 1, "Missing": 1},
    }


def test_the_version_is_another_when_something_was_written_and_else_the_same() -> None:
    world = several("a")
    versions = [world.show_applications.page().version for _ in range(2)]
    assert versions[0] == versions[1]
    world.run_for(5)
    assert world.show_applications.page().version != versions[0]


def test_a_list_of_names_reads_neither_history_nor_blobs() -> None:
    world = several("a", "b")
    world.run_for(5)
    rows = CountingRows(world.ports.documents, world.ports.blobs)
    shown = ShowApplications(rows, world.clock).page(mask=NAMES).items
    assert rows.asked == []
    assert shown == [
        {"metadata": {"name": name}, "status": {"sync": {"status": world.state(ref)[0]}}}
        for name, ref in (("a", AppRef("argocd", "a")), ("b", AppRef("argocd", "b")))
    ]
    ShowApplications(rows, world.clock).page(mask=FieldMask.parse("status.resources"))
    assert rows.asked == ["status a", "status b"]


class CountingRows(ApplicationRows):
    """Notes which applications are read one by one."""

    def __init__(self, *stores: Any) -> None:
        super().__init__(*stores)
        self.asked: list[str] = []

    def status(self, ref: Any) -> Any:
        self.asked.append(f"status {ref.name}")
        return super().status(ref)

    def history(self, ref: Any) -> Any:
        self.asked.append(f"history {ref.name}")
        return super().history(ref)


def test_what_is_shown_of_a_list_is_what_is_shown_of_one() -> None:
    world = several("shop")
    world.run_for(5)
    assert world.show_applications.page().items == [world.show_applications.one(SHOP)]


def test_the_waterfall_of_an_operation_has_its_stages_and_waves() -> None:
    world = several("shop")
    world.run_for(5)
    shown = world.show_applications.operation(SHOP)
    assert [stage["name"] for stage in shown["stages"]][:2] == ["received", "resolved"]
    assert shown["operationState"]["phase"] == "Succeeded"
    assert [(wave["wave"], wave["done"], wave["failed"]) for wave in shown["waves"]] == [(0, 1, 0)]
    assert shown["trace"] == world.status().clock.trace


def test_before_the_first_operation_there_are_no_waves() -> None:
    shown = several("shop").show_applications.operation(SHOP)
    assert (shown["operationState"], shown["waves"]) == (None, [])
