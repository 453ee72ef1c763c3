"""One demo world and one browser for the tests of the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra import web
from sandbox.demo.checks import all_healthy
from sandbox.demo.world import PASSWORD, DemoWorld, eventually
from tests.web.browser import Page, browser
from tests.web.fake_api import FakeApi
from tests.web.fake_data import many

_READY_SECONDS = 60


@pytest.fixture(scope="session")
def world() -> Iterator[DemoWorld]:
    """The built page in a world of seven healthy applications."""
    web.build()
    with DemoWorld() as running:
        assert eventually(lambda: all_healthy(running), _READY_SECONDS)
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Page]:
    with browser() as page:
        page.size(1440, 900)
        yield page


@pytest.fixture
def page(world: DemoWorld, chromium: Page) -> Iterator[Page]:
    """Logged in, on the list. Fails when the page met an error or broke its security policy."""
    chromium.problems.clear()
    log_in(chromium, world.url)
    yield chromium
    assert chromium.problems == []


@pytest.fixture
def fake() -> Iterator[FakeApi]:
    """The built page before an API of our own, with twelve applications."""
    web.build()
    api = FakeApi(many(12))
    try:
        yield api
    finally:
        api.silence()


@pytest.fixture
def visitor(chromium: Page) -> Iterator[Page]:
    """A page that is nowhere yet. Fails when it met an error, ran a name as a script or broke its policy."""
    chromium.problems.clear()
    chromium.size(1440, 900)
    yield chromium
    assert chromium.script("window.broken") is None
    assert chromium.problems == []
    chromium.open("about:blank")


def log_in(page: Page, url: str) -> None:
    page.call("Network.clearBrowserCookies")
    page.open(f"{url}/")
    page.wait("location.pathname === '/login'")
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait("document.querySelector('[data-application]')")
