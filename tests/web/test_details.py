"""Differences in both forms, and how the last change went."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.web.browser import Page
from tests.web.fake_api import FakeApi
from tests.web.fake_data import MOMENT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("web")]
_APP = "/applications/argocd/app-00001"


def deployment(image: str) -> str:
    containers = [{"name": "api", "image": image}]
    spec = {"template": {"spec": {"containers": containers}}}
    return json.dumps({"kind": "Deployment", "metadata": {"name": "web"}, "spec": spec})


@pytest.fixture
def differing(fake: FakeApi) -> FakeApi:
    names: dict[str, Any] = {"group": "apps", "version": "v1", "kind": "Deployment", "namespace": "shop"}
    states = {"liveState": deployment("shop:1"), "targetState": deployment("shop:2")}
    fake.managed = [{**names, "name": name, **states} for name in ("web", "worker")]
    return fake


def test_a_difference_is_inline_or_side_by_side_and_stays_as_chosen(
    visitor: Page, differing: FakeApi
) -> None:
    visitor.open(f"{differing.url}{_APP}/diff")
    visitor.wait("document.querySelectorAll('[data-hunks=inline]').length === 2")
    visitor.wait("document.body?.innerText.includes('spec.template.spec.containers[api].image')")
    visitor.click_text("Side by side")
    visitor.wait("document.querySelectorAll('[data-hunks=split]').length === 2")
    sides = "[...document.querySelectorAll('[data-hunks=split]')[0].querySelectorAll('[role=group]')]"
    left, right = visitor.script(f"{sides}.map(each => each.innerText)")
    assert "shop:1" in left
    assert "shop:2" in right
    visitor.call("Page.reload")
    visitor.wait("document.querySelector('[data-hunks=split]')")
    visitor.click_text("Inline")
    visitor.wait("document.querySelector('[data-hunks=inline]')")


def test_differences_are_put_together_and_opened_one_by_one(visitor: Page, differing: FakeApi) -> None:
    visitor.open(f"{differing.url}{_APP}/diff")
    visitor.click_text("Collapse all")
    visitor.wait("document.querySelectorAll('[data-diff] section').length === 2")
    visitor.wait("!document.querySelector('[data-hunks]')")
    visitor.click("[data-diff] h2 button")
    visitor.wait("document.querySelectorAll('[data-hunks]').length === 1")


def test_the_last_change_shows_its_cause_its_stages_and_its_trace(visitor: Page, fake: FakeApi) -> None:
    commit = {
        "repoURL": "https://git.example",
        "revision": "9" * 40,
        "message": "Bump",
        "author": "Kim <k@x>",
    }
    fake.cause = {"kind": "push", "text": "Kim pushed to main", "at": MOMENT, "commit": commit}
    fake.earlier = [{"name": "pushed", "at": MOMENT, "seconds": 0.4}]
    visitor.open(fake.url + _APP)
    visitor.click("[data-expand]")
    visitor.wait("document.querySelector('[data-cause=push]')?.innerText.includes('Kim pushed to main')")
    assert "9999999" in visitor.script("document.querySelector('[data-cause]').innerText")
    assert visitor.script("document.querySelector('[data-stages]').innerText").startswith("pushed")
    visitor.wait(f"document.querySelector('[data-operation] button[title=\"copy {'7f3a' * 8}\"]')")


def test_history_and_rollback_name_what_they_go_back_to(visitor: Page, fake: FakeApi) -> None:
    visitor.open(f"{fake.url}{_APP}/history")
    visitor.click_text("Roll back")
    visitor.wait("document.querySelector('[role=dialog]')?.innerText.includes('1111111')")
    assert fake.posts() == []
