"""What began a change and what came of it, and the messages that the queues gave up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.browser import Page
from tests.web.fake_api import FakeApi
from tests.web.fake_data import MOMENT
from tests.web.test_accessibility import violations

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("web")]
_TRACE = "7f3a" * 8


def message(name: str, **more: Any) -> dict[str, Any]:
    reason = {"error": "UnavailableError", "message": "The store does not answer", "where": "engine.py:12"}
    times = {"firstAt": MOMENT, "lastAt": MOMENT}
    return {
        "id": name,
        "queue": "work",
        "subject": f"argocd/{name}",
        "text": "{}",
        "bytes": 2,
        "count": 5,
        "reason": reason,
        **times,
        **more,
    }


def test_a_change_leads_to_every_application_that_it_touched(visitor: Page, fake: FakeApi) -> None:
    stage = {"name": "healthy", "at": MOMENT, "seconds": 8.2}
    touched = [{"name": f"app-0000{n}", "namespace": "argocd", "stages": [stage]} for n in (1, 2)]
    cause = {"kind": "image", "text": "push of shop:2 to the registry", "at": MOMENT, "by": "Kim <k@x>"}
    secret = {"name": "db", "namespace": "shop", "reason": "Synced", "stages": [stage]}
    fake.traces[_TRACE] = {
        "trace": _TRACE,
        "cause": cause,
        "stages": [{"name": "pushed", "at": MOMENT, "seconds": None}],
        "applications": touched,
        "secrets": [secret],
    }
    visitor.open(f"{fake.url}/changes")
    visitor.click(f"[data-trace='{_TRACE}']")
    visitor.wait("document.querySelectorAll('[data-traced] [data-stages]').length === 4")
    assert "push of shop:2" in visitor.script("document.querySelector('[data-cause=image]').innerText")
    assert violations(visitor) == []
    visitor.click_text("app-00002")
    visitor.wait("location.pathname === '/applications/argocd/app-00002'")


def test_a_message_is_tried_again_and_gone(visitor: Page, fake: FakeApi) -> None:
    fake.messages = [message("m1"), message("m2")]
    visitor.open(f"{fake.url}/messages")
    visitor.wait(
        "document.querySelector('[data-message=m1]')?.innerText.includes('The store does not answer')"
    )
    visitor.wait("document.querySelector('[data-given-up]')")
    assert violations(visitor) == []
    visitor.click_text("Try again", "[data-message=m1] button")
    visitor.wait("!document.querySelector('[data-message=m1]')")
    assert [(method, path) for method, path, _ in fake.posts()] == [("POST", "/api/v1/messages/m1/retry")]


def test_a_message_is_deleted_after_a_question(visitor: Page, fake: FakeApi) -> None:
    fake.messages = [message("m1")]
    visitor.open(f"{fake.url}/messages")
    visitor.click_text("Delete…")
    visitor.wait("document.querySelector('[role=dialog]')?.innerText.includes('gone for good')")
    assert fake.posts() == []
    visitor.click_text("Delete", "[role=dialog] button")
    visitor.wait("document.body?.innerText.includes('The queues gave up nothing')")
    assert [(method, path) for method, path, _ in fake.posts()] == [("DELETE", "/api/v1/messages/m1")]


def test_a_retry_that_is_refused_is_said_in_its_row(visitor: Page, fake: FakeApi) -> None:
    fake.messages = [message("m1")]
    fake.refused["POST /api/v1/messages/m1/retry"] = (403, "permission denied: messages, retry")
    visitor.open(f"{fake.url}/messages")
    visitor.click_text("Try again", "[data-message=m1] button")
    visitor.wait("document.querySelector('[data-message=m1] [role=alert]')?.innerText.includes('denied')")
