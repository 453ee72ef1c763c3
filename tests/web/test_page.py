"""The page in a real browser: what a person sees and does, and how soon it follows the world."""

from __future__ import annotations

import os
import signal

import pytest

from sandbox.demo.world import DemoWorld
from tests.web.browser import Page

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("web")]
APP = "ai-app-production"
_ROWS = "document.querySelectorAll('[data-application]').length"
_FOLLOWS_SECONDS = 2.0
_WORKS_SECONDS = 10.0
_STALE_SECONDS = 20.0


def open_app(page: Page, world: DemoWorld, rest: str = "") -> None:
    page.open(f"{world.url}/applications/argocd/{APP}{rest}")
    page.wait("document.querySelector('h1')")


@pytest.fixture
def number(world: DemoWorld) -> int:
    """How many applications there are; seven came with the first demo."""
    found = len(world.api.call("GET", "/api/v1/applications")["items"])
    assert found >= 7
    return found


def test_a_wrong_password_is_refused_in_the_servers_words(world: DemoWorld, chromium: Page) -> None:
    chromium.call("Network.clearBrowserCookies")
    chromium.open(f"{world.url}/login")
    chromium.fill("input[name=username]", "admin")
    chromium.fill("input[name=password]", "wrong")
    chromium.click("button[type=submit]")
    chromium.wait("document.querySelector('[role=alert]')?.innerText.length > 10")
    assert chromium.script("location.pathname") == "/login"


def test_the_list_shows_every_application_healthy(page: Page, number: int) -> None:
    page.wait(f"{_ROWS} === {number}")
    healthy = "document.querySelectorAll('[data-application] [data-state-word=Healthy]').length"
    page.wait(f"{healthy} === {number}")
    assert page.script("document.querySelector('[data-count]').innerText") == f"{number} of {number}"


def test_what_is_searched_for_is_in_the_address_and_leaves_what_fits(page: Page) -> None:
    page.press("/")
    page.call("Input.insertText", text="MILV")
    page.wait(f"{_ROWS} === 1 && location.search === '?search=MILV'")
    page.call("Page.reload")
    page.wait(f"{_ROWS} === 1 && document.querySelector('input[type=search]').value === 'MILV'")


def test_an_application_has_its_graph_with_kinds_states_and_pods(page: Page, world: DemoWorld) -> None:
    page.click(f"[data-application={APP}] a")
    page.wait("document.querySelector('[data-thing=Deployment]')?.innerText.includes('Healthy')")
    page.wait("document.querySelector('[data-thing=Pod]')?.innerText.includes('3 pods')")
    assert "healthy" in page.script("document.querySelector('[data-waterfall]').innerText")


def test_an_object_opens_beside_the_graph_and_has_its_own_address(page: Page, world: DemoWorld) -> None:
    open_app(page, world, "?node=apps/Deployment/production/ai-app")
    page.wait("document.querySelector('[data-panel]')?.innerText.includes('progressDeadlineSeconds')")
    page.click_text("Logs", "[data-panel] button")
    page.wait(
        "document.querySelector('[role=log]')?.dataset.lines > 2 && location.search.includes('view=logs')"
    )
    page.press("Escape")
    page.wait("!document.querySelector('[data-panel]') && location.search === ''")


def test_a_push_is_seen_within_two_seconds(page: Page, world: DemoWorld) -> None:
    open_app(page, world)
    page.wait("document.querySelector('[data-thing=Pod]')?.innerText.includes('3 pods')")
    world.copy.replace("charts/ai-app/values.yaml", "tag: 1.4.1", "tag: 1.4.2", "Bump for the page")
    page.wait("document.body?.innerText.includes('Bump for the page')", _FOLLOWS_SECONDS)
    page.wait("document.querySelectorAll('[data-thing=ReplicaSet]').length === 2", _WORKS_SECONDS)
    page.wait(
        "document.querySelector('[data-thing=Application]').innerText.includes('Healthy')", _WORKS_SECONDS
    )
    page.press("h")
    page.wait("document.body?.innerText.includes('Initial commit')")


def test_where_nothing_differs_it_says_so(page: Page, world: DemoWorld) -> None:
    open_app(page, world, "/diff")
    page.wait("document.body?.innerText.includes('Live and desired are the same')")


def test_sync_asks_before_it_does_anything(page: Page, world: DemoWorld) -> None:
    open_app(page, world)
    page.press("s")
    page.wait("document.querySelector('[role=dialog]')?.innerText.includes('Dry run')")
    page.press("Escape")
    page.wait("!document.querySelector('[role=dialog]')")


def test_the_page_says_how_old_it_is_when_nobody_answers_and_comes_back(
    page: Page, world: DemoWorld, number: int
) -> None:
    page.wait("document.querySelector('[data-live=live]')")
    os.kill(world.tidegate.pid, signal.SIGSTOP)
    try:
        page.wait("document.querySelector('[data-live=stale]')", _STALE_SECONDS)
        assert page.script("document.querySelector('main').dataset.stale") == "true"
        assert page.script(_ROWS) == number
    finally:
        os.kill(world.tidegate.pid, signal.SIGCONT)
    page.wait("document.querySelector('[data-live=live]')", _WORKS_SECONDS)
