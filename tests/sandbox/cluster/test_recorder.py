"""Recordings: forms of calls, whatever they were about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.cluster.recorder import FOLDER, Form, forms_of, leave, left_in
from sandbox.cluster.request_log import Request
from sandbox.cluster.server import SandboxCluster
from tests.sandbox.cluster.conftest import Client, config_map

GET = Request(
    "get",
    "/api/v1/namespaces/n/pods/p",
    "",
    "",
    200,
    resource="pods",
    namespace="n",
    name="p",
    agent="tidegate/1",
)


def form(**changed: str) -> Form:
    return Form(
        **{"agent": "tidegate", "verb": "get", "what": "pods", "content_type": "", "options": "", **changed}
    )


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (GET, form()),
        (replace(GET, name="other", status=404), form()),
        (
            replace(GET, verb="list", query="limit=5&labelSelector="),
            form(verb="list", options="labelSelector,limit"),
        ),
        (replace(GET, resource="pods/log"), form(what="pods/log")),
        (replace(GET, resource="tides.x.test/status"), form(what="custom/status")),
        (replace(GET, resource="", path="/apis/apps/v1"), form(what="/apis/GROUP/VERSION")),
        (replace(GET, resource="", path="/api"), form(what="/api")),
        (replace(GET, resource="", path="/version"), form(what="/version")),
    ],
)
def test_a_request_has_a_form(request_: Request, expected: Form) -> None:
    assert forms_of([request_]) == {expected}


def test_what_was_not_read_has_none() -> None:
    assert forms_of([replace(GET, status=0), replace(GET, status=503)]) == frozenset()


def test_a_form_says_itself() -> None:
    assert (
        str(form(verb="patch", content_type="a/b", options="dryRun,force"))
        == "patch pods as a/b with dryRun,force"
    )


def test_a_cluster_leaves_its_recording_only_where_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave([GET], {})
    monkeypatch.setenv(FOLDER, str(tmp_path))
    for name in ("one", "two"):
        with SandboxCluster(name) as cluster:
            client = Client(cluster)
            client.post("/api/v1/namespaces/default/configmaps", config_map(name), fieldManager="x")
            client.close()
    assert len(list(tmp_path.iterdir())) == 2
    posted = form(agent="python-requests", verb="create", what="configmaps", options="fieldManager")
    assert left_in(tmp_path) == {replace(posted, content_type="application/json")}
