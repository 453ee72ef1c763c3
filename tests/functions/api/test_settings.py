"""Version, settings, health and the audit log."""

from __future__ import annotations

import pytest

from tests.functions.doors import Client
from tests.services.worlds import application


def test_the_version_is_short() -> None:
    assert set(Client().call("GET", "/api/version").json) == {"Version"}


def test_settings_say_what_clients_ask() -> None:
    found = Client().call("GET", "/api/v1/settings").json
    assert found["controllerNamespace"] == "argocd"
    assert found["trackingMethod"] == "annotation"


def test_every_change_is_in_the_audit_log_with_who_did_it() -> None:
    client = Client().log_in()
    client.call("POST", "/api/v1/applications", application())
    client.world.run_for(1)
    client.call("POST", "/api/v1/applications/shop/sync", {})
    client.world.run_for(1)
    client.call("DELETE", "/api/v1/applications/shop")
    items = client.call("GET", "/api/v1/audit").json["items"]
    assert [(found["who"], found["what"], found["subject"]) for found in items] == [
        ("admin", "application.create", "argocd/shop"),
        ("admin", "application.sync", "argocd/shop"),
        ("admin", "application.delete", "argocd/shop"),
    ]


def test_the_audit_log_comes_in_pages() -> None:
    client = Client().log_in()
    for number in range(3):
        client.call("POST", "/api/v1/applications", application(f"shop-{number}"))
    first = client.call("GET", "/api/v1/audit?limit=2").json
    rest = client.call("GET", f"/api/v1/audit?limit=2&continue={first['metadata']['continue']}").json
    assert len(first["items"]) == 2
    assert {found["subject"] for found in [*first["items"], *rest["items"]]} == {
        f"argocd/shop-{number}" for number in range(3)
    }
    assert rest["metadata"]["continue"] == ""


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "many", "1.5", ""])
def test_a_limit_that_is_none_is_400(limit: str) -> None:
    assert Client().log_in().call("GET", f"/api/v1/audit?limit={limit}").status == 400
