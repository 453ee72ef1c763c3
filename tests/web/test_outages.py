"""The page never shows what is old as new: refusals, failures, a network that goes and comes back."""

from __future__ import annotations

import pytest

from tests.web.browser import Page
from tests.web.fake_api import FakeApi

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("web")]
_STALE_SECONDS = 25.0
_APP = "/applications/argocd/app-00001"
_LIST_API = "GET /api/v1/applications"


def open_at(page: Page, api: FakeApi, path: str) -> None:
    page.open(api.url + path)
    page.wait("document.querySelector('[data-application], section h1')")


def test_an_ended_session_asks_to_log_in_and_comes_back_to_the_same_place(
    visitor: Page, fake: FakeApi
) -> None:
    place = f"{_APP}/history?node=apps%2FDeployment%2Fshop%2Fweb"
    open_at(visitor, fake, place)
    fake.signed_in = False
    visitor.wait("location.pathname === '/login'", _STALE_SECONDS)
    visitor.fill("input[name=username]", "admin")
    visitor.fill("input[name=password]", "any")
    visitor.click("button[type=submit]")
    visitor.wait(f"location.pathname + location.search === '{place}'")
    visitor.wait("document.querySelector('section h1')?.innerText === 'app-00001'")


def test_what_is_forbidden_is_said_and_not_tried_again_and_again(visitor: Page, fake: FakeApi) -> None:
    fake.refused[_LIST_API] = (403, "permission denied: applications, get, sub: kim")
    visitor.open(f"{fake.url}/applications")
    visitor.wait("document.querySelector('[role=alert]')?.innerText.includes('permission denied')")
    assert visitor.script("document.querySelectorAll('[data-application]').length") == 0


def test_a_list_that_fails_while_the_server_answers_says_how_old_it_is(visitor: Page, fake: FakeApi) -> None:
    fake.streaming = False
    open_at(visitor, fake, "/applications")
    fake.refused[_LIST_API] = (500, "The store does not answer")
    visitor.wait("document.querySelector('[data-outdated]')?.innerText.includes('The store')", _STALE_SECONDS)
    assert visitor.script("document.querySelector('[data-live]').dataset.live") == "live"
    fake.refused.clear()
    visitor.wait("!document.querySelector('[data-outdated]')", _STALE_SECONDS)


def test_a_stream_that_fails_is_replaced_by_asking(visitor: Page, fake: FakeApi) -> None:
    fake.refused["GET /api/v1/stream"] = (500, "No streams today")
    open_at(visitor, fake, _APP)
    fake.change("app-00001", lambda app: app["status"].update(health={"status": "Missing"}))
    visitor.wait("document.querySelector('section [data-state-word=Missing]')")


def test_a_network_that_goes_is_seen_and_what_changed_meanwhile_is_shown_when_it_is_back(
    visitor: Page, fake: FakeApi
) -> None:
    open_at(visitor, fake, _APP)
    visitor.wait("document.querySelector('[data-live=live]')")
    fake.silence()
    visitor.wait("document.querySelector('[data-live=stale]')", _STALE_SECONDS)
    assert visitor.script("document.querySelector('main').dataset.stale") == "true"
    fake.change("app-00001", lambda app: app["status"].update(health={"status": "Suspended"}))
    fake.speak()
    visitor.wait("document.querySelector('[data-live=live]')")
    visitor.wait("document.querySelector('section [data-state-word=Suspended]')")


def test_a_change_is_told_by_the_stream(visitor: Page, fake: FakeApi) -> None:
    open_at(visitor, fake, "/applications")
    visitor.wait("document.querySelector('[data-live=live]')")
    visitor.wait("performance.getEntriesByType('resource').length > 3")
    fake.change("app-00000", lambda app: app["status"].update(health={"status": "Missing"}))
    visitor.wait("document.querySelector('[data-application=app-00000] [data-state-word=Missing]')")


def test_a_refused_refresh_is_said(visitor: Page, fake: FakeApi) -> None:
    open_at(visitor, fake, _APP)
    fake.refused["GET /api/v1/applications/app-00001"] = (503, "The queue does not answer")
    visitor.click("[aria-label=Refresh]")
    visitor.wait("document.querySelector('section [role=alert]')?.innerText.includes('The queue')")


@pytest.mark.parametrize(
    ("path", "words"),
    [("/applications/argocd/nobody", "not found"), ("/nowhere/at/all", "There is no such page")],
)
def test_what_is_not_there_leads_to_the_list(visitor: Page, fake: FakeApi, path: str, words: str) -> None:
    visitor.open(fake.url + path)
    visitor.wait(f"document.body?.innerText.includes('{words}')")
    visitor.click_text("To the applications")
    visitor.wait("document.querySelector('[data-application]')")
