"""The list of applications: filters, keys, many rows, and what is done to several at once."""

from __future__ import annotations

import pytest

from tests.web.browser import Page
from tests.web.fake_api import FakeApi
from tests.web.fake_data import many

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("web")]
_ROWS = "document.querySelectorAll('[data-application]').length"
_COUNT = "document.querySelector('[data-count]').innerText"
_MOST_ROWS_DRAWN = 80


def open_list(page: Page, api: FakeApi, query: str = "") -> None:
    page.open(f"{api.url}/applications{query}")
    page.wait("document.querySelector('[data-application]')")


def tick(page: Page, names: list[str]) -> None:
    for name in names:
        page.click(f"[data-application={name}] input")


def in_dialog(page: Page, words: str) -> None:
    page.click_text(words, "[role=dialog] button")


def test_states_are_pressed_together_and_stand_in_the_address(visitor: Page, fake: FakeApi) -> None:
    open_list(visitor, fake)
    visitor.click("[data-state-filter=Degraded]")
    visitor.wait(f"{_ROWS} === 3 && {_COUNT} === '3 of 12'")
    visitor.click("[data-state-filter=Progressing]")
    visitor.wait(f"{_ROWS} === 6 && location.search === '?health=Degraded%2CProgressing'")
    visitor.call("Page.reload")
    visitor.wait(f"{_ROWS} === 6 && document.querySelectorAll('[aria-pressed=true]').length === 2")
    visitor.click_text("Clear filters")
    visitor.wait(f"{_ROWS} === 12 && location.search === ''")


def test_a_menu_ticks_what_is_listed_and_adds_what_is_typed(visitor: Page, fake: FakeApi) -> None:
    open_list(visitor, fake)
    visitor.click("[data-filter=project]")
    visitor.click("[role=dialog] label:first-child input[type=checkbox]")
    visitor.wait("location.search === '?projects=project-0'")
    visitor.press("Escape")
    visitor.click_text("Clear filters")
    visitor.click("[data-filter=labels]")
    visitor.fill("[role=dialog] input", "team=team-3")
    visitor.press("Enter")
    visitor.wait(f"{_ROWS} === 2 && location.search === '?selector=team%3Dteam-3' && {_COUNT} === '2 of 12'")


def test_what_the_server_refuses_of_a_filter_is_said_in_its_words(visitor: Page, fake: FakeApi) -> None:
    fake.refused["GET /api/v1/applications"] = (400, "Selector 'a in b': only label=value is understood yet")
    visitor.open(f"{fake.url}/applications?selector=a%20in%20b")
    visitor.wait("document.querySelector('[role=alert]')?.innerText.includes('only label=value')")


def test_back_from_an_application_finds_the_filtered_list_again(visitor: Page, fake: FakeApi) -> None:
    open_list(visitor, fake, "?health=Degraded")
    visitor.click("[data-application=app-00001] a")
    visitor.wait("document.querySelector('section h1')?.innerText === 'app-00001'")
    visitor.script("history.back()")
    visitor.wait(f"{_ROWS} === 3 && location.search === '?health=Degraded'")


def test_arrows_move_the_focus_x_selects_and_enter_opens(visitor: Page, fake: FakeApi) -> None:
    open_list(visitor, fake)
    visitor.press("ArrowDown")
    visitor.press("ArrowDown")
    visitor.wait("document.activeElement?.innerText === 'app-00001'")
    assert visitor.script("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    visitor.press("x")
    visitor.wait("document.querySelector('[data-bulk]')?.innerText.includes('1 selected')")
    visitor.press("Escape")
    visitor.wait("!document.querySelector('[data-bulk]')")
    visitor.press("Enter")
    visitor.wait("location.pathname === '/applications/argocd/app-00001'")


def test_several_are_synced_after_a_question_each_with_its_outcome(visitor: Page, fake: FakeApi) -> None:
    fake.refused["POST /api/v1/applications/app-00003/sync"] = (409, "app-00003: an operation is running")
    open_list(visitor, fake)
    tick(visitor, ["app-00001", "app-00003", "app-00005"])
    visitor.click_text("Sync…")
    visitor.wait("document.querySelector('[role=dialog]')?.innerText.includes('compared with its Git')")
    assert fake.posts() == []
    in_dialog(visitor, "Sync 3")
    visitor.wait("document.querySelector('[data-bulk-done]')?.dataset.bulkDone === '3'")
    assert sorted(path for _, path, _ in fake.posts()) == [
        f"/api/v1/applications/app-0000{number}/sync" for number in (1, 3, 5)
    ]
    assert all(
        body == {"appNamespace": "argocd", "prune": False, "dryRun": False} for *_, body in fake.posts()
    )
    outcomes = "[...document.querySelectorAll('[data-outcome]')].map(each => each.dataset.outcome)"
    assert visitor.script(outcomes) == ["Succeeded", "Failed", "Succeeded"]
    visitor.wait("document.querySelector('[role=dialog]').innerText.includes('an operation is running')")
    fake.refused.clear()
    in_dialog(visitor, "Try again: 1")
    visitor.wait(f"{outcomes}.every(each => each === 'Succeeded')")
    assert len(fake.posts()) == 4


def test_all_that_fit_are_refreshed_and_nothing_is_written(visitor: Page, fake: FakeApi) -> None:
    open_list(visitor, fake, "?health=Degraded")
    visitor.click("[role=columnheader] input")
    visitor.wait("document.querySelector('[data-bulk]')?.innerText.includes('3 selected')")
    visitor.click_text("Refresh…")
    in_dialog(visitor, "Refresh 3")
    visitor.wait("document.querySelectorAll('[data-outcome=OutOfSync]').length === 3")
    assert fake.posts() == []


def test_of_ten_thousand_only_those_in_view_are_drawn_and_the_last_is_reached(
    visitor: Page, fake: FakeApi
) -> None:
    fake.applications = many(10_000)
    open_list(visitor, fake)
    visitor.wait(f"{_COUNT} === '10,000 of 10,000'")
    assert visitor.script(_ROWS) < _MOST_ROWS_DRAWN
    visitor.script("document.querySelector('[role=grid]').scrollTop = 1e9")
    visitor.wait("document.querySelector('[data-application=app-09999]')")
    assert visitor.script(_ROWS) < _MOST_ROWS_DRAWN
    assert visitor.script("document.querySelector('[role=columnheader] input').disabled")


def test_no_applications_say_how_the_first_one_comes(visitor: Page, fake: FakeApi) -> None:
    fake.applications = []
    visitor.open(f"{fake.url}/applications")
    visitor.wait("document.body?.innerText.includes('tidegate app create')")
