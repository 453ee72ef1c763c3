"""Names, messages and sizes that somebody else chose."""

from __future__ import annotations

import json

import pytest

from tests.web.browser import Page
from tests.web.fake_api import FakeApi
from tests.web.fake_data import HOSTILE, application, node, workloads

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("web")]
_THINGS = "document.querySelectorAll('[data-thing]').length"
_WIDER = "document.documentElement.scrollWidth > innerWidth"
_LONG_LINE = 2_000_000
_QUICK_MS = 2000


def test_hostile_names_are_text_stay_in_their_rows_and_open_their_own_page(
    visitor: Page, fake: FakeApi
) -> None:
    fake.applications = [application(name, health="Degraded", reason=name * 3) for name in HOSTILE]
    for width in (1440, 420):
        visitor.size(width, 900)
        visitor.open(f"{fake.url}/applications")
        visitor.wait(f"document.querySelectorAll('[data-application]').length === {len(HOSTILE)}")
        assert not visitor.script(_WIDER)
        assert "\u202e" not in visitor.text()
    for index in range(len(HOSTILE)):
        visitor.open(f"{fake.url}/applications")
        visitor.wait(f"document.querySelectorAll('[data-application]').length === {len(HOSTILE)}")
        visitor.script(f"document.querySelectorAll('[data-application] a')[{index}].click()")
        visitor.wait("document.querySelector('section h1')")
        assert visitor.script("document.querySelector('section h1').title") == HOSTILE[index]
        assert not visitor.script(_WIDER)


def test_hostile_objects_open_their_panel(visitor: Page, fake: FakeApi) -> None:
    fake.nodes = [node("Deployment", name, "Degraded") for name in HOSTILE]
    visitor.open(f"{fake.url}/applications/argocd/app-00000")
    visitor.wait(f"{_THINGS} === {len(HOSTILE) + 1}")
    visitor.script("document.querySelectorAll('[data-thing=Deployment]')[7].click()")
    visitor.wait("document.querySelector('[data-panel] h2')?.innerText.includes('../../etc/passwd')")


def test_a_log_line_of_megabytes_is_cut_in_view_and_found(visitor: Page, fake: FakeApi) -> None:
    long = "x" * _LONG_LINE + "needle"
    lines = ["short \u202eenil", long, "last"]
    fake.logs = [{"content": line, "last": False, "podName": "web-1", "timeStampStr": ""} for line in lines]
    visitor.open(f"{fake.url}/applications/argocd/app-00000/logs")
    visitor.wait("document.querySelector('[role=log]')?.dataset.lines === '3'")
    assert len(visitor.text()) < _LONG_LINE / 100
    assert "2.0 MB" in visitor.text()
    assert "\u202e" not in visitor.text()
    visitor.fill("input[type=search]", "NEEDLE")
    visitor.wait("document.querySelector('[role=log]').dataset.lines === '1'")


def test_a_difference_of_thousands_of_lines_is_shown_at_once(visitor: Page, fake: FakeApi) -> None:
    old = {"kind": "ConfigMap", "metadata": {"name": "big"}, "data": {f"k{n}": f"a{n}" for n in range(6000)}}
    new = {**old, "data": {f"k{n}": f"b{n}" for n in range(6000)}}
    names = {"kind": "ConfigMap", "name": "big", "version": "v1", "group": "", "namespace": ""}
    fake.managed = [{**names, "liveState": json.dumps(old), "targetState": json.dumps(new)}]
    visitor.open(f"{fake.url}/applications/argocd/app-00000/diff")
    visitor.wait(
        "document.querySelector('[data-hunks]')?.innerText.includes('Show all of it')", _QUICK_MS / 100
    )


def test_siblings_in_trouble_are_some_boxes_and_one_group_that_opens(visitor: Page, fake: FakeApi) -> None:
    fake.nodes = workloads(1, 40, broken=0)
    visitor.open(f"{fake.url}/applications/argocd/app-00000")
    visitor.wait(f"{_THINGS} === 1 + 2 + 6 + 1")
    visitor.wait("document.body?.innerText.includes('34 more pods')")
    visitor.click("[data-thing=Pod] [aria-expanded=false]")
    visitor.wait("document.querySelector('[data-graph]').dataset.graph === '44'")
    visitor.click("[data-thing=Pod] [aria-expanded=true]")
    visitor.wait("document.querySelector('[data-graph]').dataset.graph === '10'")


def test_a_graph_of_hundreds_shows_what_is_wrong_and_the_rest_as_one_that_opens(
    visitor: Page, fake: FakeApi
) -> None:
    fake.nodes = workloads(150, 3, broken=77)
    visitor.open(f"{fake.url}/applications/argocd/app-00000?node=/Pod/shop/web-077-5d9f-1")
    visitor.wait(f"{_THINGS} === 1 + 1 + 2 + 3")
    visitor.wait("document.body?.innerText.match(/149 . Deployment/)")
    assert "web-077-5d9f-2" in visitor.text()
    visitor.click("[data-thing=Deployment] [aria-expanded=false]")
    visitor.wait("document.querySelector('[data-graph]').dataset.graph > 450")
    assert 0 < visitor.script(_THINGS) < 100


def test_the_graph_is_walked_with_arrows_and_opened_with_enter(visitor: Page, fake: FakeApi) -> None:
    fake.nodes = workloads(3, 2)
    visitor.open(f"{fake.url}/applications/argocd/app-00000")
    visitor.wait(f"{_THINGS} === 10")
    visitor.script("document.querySelector('.react-flow__node[data-id^=app]').focus()")
    visitor.press("ArrowRight")
    visitor.wait("document.activeElement.innerText.includes('web-00')")
    visitor.press("Enter")
    visitor.wait(
        "document.querySelector('[data-panel]')?.dataset.panel.startsWith('apps/Deployment/shop/web-')"
    )
    visitor.press("Escape")
    visitor.wait("!document.querySelector('[data-panel]')")
