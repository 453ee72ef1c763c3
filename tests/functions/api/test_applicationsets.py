"""The ApplicationSet service over HTTP, in Argo CD's shape."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functions.doors import Client
from tests.services.worlds import application

SETS = "/api/v1/applicationsets"


@pytest.fixture
def client() -> Client:
    return Client().log_in()


def a_set(*names: str) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": {"name": "all"},
        "spec": {
            "generators": [{"list": {"elements": [{"name": name} for name in names]}}],
            "template": {
                "metadata": {"name": "shop-{{name}}"},
                "spec": application()["spec"],
            },
        },
    }


def applications(client: Client) -> list[str]:
    items = client.call("GET", "/api/v1/applications").json["items"] or []
    return [item["metadata"]["name"] for item in items]


def test_no_sets_are_null_as_argo_cd_sends_them(client: Client) -> None:
    assert client.call("GET", SETS).json["items"] is None


def test_a_set_is_created_shown_and_makes_its_applications(client: Client) -> None:
    told = client.call("POST", SETS, a_set("dev", "prod"))
    assert told.status == 200
    assert told.json["metadata"] == {"name": "all", "namespace": "argocd"}
    assert "kind" not in told.json
    assert applications(client) == ["shop-dev", "shop-prod"]
    assert client.call("GET", f"{SETS}/all").json["spec"] == a_set("dev", "prod")["spec"]
    assert [item["metadata"]["name"] for item in client.call("GET", SETS).json["items"]] == ["all"]


def test_another_spec_under_the_same_name_needs_upsert(client: Client) -> None:
    client.call("POST", SETS, a_set("dev"))
    assert client.call("POST", SETS, a_set("dev")).status == 200
    told = client.call("POST", SETS, a_set("prod", "dev"))
    assert told.status == 400
    assert "use upsert flag to force update" in told.json["error"]
    assert client.call("POST", f"{SETS}?upsert=true", a_set("prod", "dev")).status == 200
    assert applications(client) == ["shop-dev", "shop-prod"]


@pytest.mark.parametrize("body", [{}, {"kind": "ApplicationSet"}, {**a_set("a"), "spec": 5}, application()])
def test_what_is_no_set_is_400_and_nothing_is_made(client: Client, body: dict[str, Any]) -> None:
    assert client.call("POST", SETS, body).status == 400
    assert client.call("GET", SETS).json["items"] is None


def test_delete_takes_its_applications_along_and_is_in_the_audit_log(client: Client) -> None:
    client.call("POST", SETS, a_set("dev"))
    client.world.run_for(1)
    assert client.call("DELETE", f"{SETS}/all").json == {}
    client.world.run_for(5)
    assert applications(client) == []
    audited = [item["what"] for item in client.call("GET", "/api/v1/audit").json["items"]]
    assert audited == ["applicationset.create", "applicationset.delete"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_nobody_is_404_in_argo_cds_words(client: Client, method: str) -> None:
    told = client.call(method, f"{SETS}/nobody")
    assert (told.status, told.json["error"]) == (404, 'applicationsets.argoproj.io "nobody" not found')


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_all_of_it_needs_a_log_in(method: str) -> None:
    assert Client().call(method, SETS, {}).status == 401
