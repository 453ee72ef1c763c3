"""What axe-core finds in every view and in both themes; and that what has the focus is marked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra import web
from tests.web.browser import Page
from tests.web.fake_api import FakeApi
from tests.web.fake_data import application, workloads

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("web")]
_AXE = "axe-core/axe.min.js"
_APP = "/applications/argocd/app-00001"
_ALL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_COLOURS = ("color-contrast",)
VIEWS = {
    "login": ("/login", "input[name=password]"),
    "list": ("/applications", "[data-application]"),
    "nothing fits": ("/applications?search=zzz", "main h2"),
    "graph": (_APP, "[data-thing]"),
    "panel": (f"{_APP}?node=apps/Deployment/shop/web-000", "[data-panel] pre"),
    "resources": (f"{_APP}/resources", "[data-resources] button"),
    "diff": (f"{_APP}/diff", "[data-hunks]"),
    "history": (f"{_APP}/history", "ol li"),
    "logs": (f"{_APP}/logs", "[role=log]"),
    "manifest": (f"{_APP}/manifest", "pre"),
    "clusters": ("/clusters", "main li"),
}


@pytest.fixture
def full(fake: FakeApi) -> FakeApi:
    """Something in every view."""
    fake.nodes = workloads(3, 3, broken=1)
    fake.logs = [{"content": "ready", "last": False, "podName": "web-1", "timeStampStr": "2026-01-31T12:00"}]
    live = json.dumps({"kind": "Deployment", "metadata": {"name": "web-000"}, "spec": {"replicas": 1}})
    wanted = live.replace("1}", "2}")
    names = {"group": "apps", "version": "v1", "kind": "Deployment", "namespace": "shop", "name": "web-000"}
    fake.managed = [{**names, "liveState": live, "targetState": wanted}]
    fake.clusters = [
        {
            "name": "prod",
            "server": "https://prod.example",
            "connectionState": {"status": "Successful"},
            "info": {"applicationsCount": 4},
        }
    ]
    fake.applications[1] = application("app-00001", "OutOfSync", "Degraded", reason="image not found")
    return fake


def violations(page: Page, rules: tuple[str, ...] = _ALL) -> list[str]:
    """What axe finds, each with its place."""
    page.script((web.SOURCES / "node_modules" / Path(_AXE)).read_text() + ";0")
    found = page.script(
        f"axe.run(document, {json.dumps({'runOnly': rules})}).then(found => found.violations)"
    )
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')}"
        for each in found
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(view: str, visitor: Page, full: FakeApi) -> None:
    web.install()
    path, ready = VIEWS[view]
    visitor.open(full.url + path)
    visitor.wait(f"document.querySelector('{ready}')")
    assert violations(visitor) == []
    visitor.size(1440, 900, dark=True)
    visitor.wait("document.documentElement.dataset.theme === 'dark'")
    assert violations(visitor, _COLOURS) == []


def test_axe_finds_nothing_on_a_phone(visitor: Page, full: FakeApi) -> None:
    web.install()
    visitor.size(420, 860)
    for path, ready in (VIEWS["list"], VIEWS["panel"]):
        visitor.open(full.url + path)
        visitor.wait(f"document.querySelector('{ready}')")
        assert violations(visitor) == []


def test_axe_finds_nothing_in_what_opens_above_the_list(visitor: Page, full: FakeApi) -> None:
    web.install()
    visitor.open(f"{full.url}/applications")
    visitor.click("[data-filter=labels]")
    visitor.wait("document.querySelector('[role=dialog] label')")
    assert violations(visitor) == []
    visitor.press("Escape")
    visitor.click("[data-application=app-00001] input")
    visitor.wait("document.querySelector('[data-bulk]')")
    assert violations(visitor) == []
    visitor.click_text("Sync…")
    visitor.wait("document.querySelector('[role=dialog] [data-outcome]')")
    assert violations(visitor) == []
    visitor.press("Escape")
    visitor.script("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'k', ctrlKey: true}))")
    visitor.wait("document.querySelector('[role=listbox] li')")
    assert violations(visitor) == []


def test_what_has_the_focus_is_marked_and_comes_back_when_a_dialog_closes(
    visitor: Page, full: FakeApi
) -> None:
    visitor.open(full.url + _APP)
    visitor.wait("document.querySelector('[data-thing]')")
    unmarked = []
    for _ in range(25):
        visitor.press("Tab")
        words = visitor.script("document.activeElement.outerHTML.slice(0, 120)")
        style = visitor.script("getComputedStyle(document.activeElement).outlineStyle")
        unmarked += [words] if style == "none" else []
    assert unmarked == []
    visitor.script("[...document.querySelectorAll('button')].find(each => each.innerText === 'Sync').focus()")
    visitor.press("Enter")
    visitor.wait("document.querySelector('[role=dialog]')")
    visitor.press("Escape")
    visitor.wait("document.activeElement.innerText === 'Sync'")
