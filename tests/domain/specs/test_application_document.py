"""An Application that says too little is listed all the same."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.specs.application_document import destination_of, project_of, repo_urls_of, server_of

REPO = "https://github.com/my-org/shop.git"


@pytest.mark.parametrize(
    ("spec", "urls"),
    [
        ({"source": {"repoURL": REPO}}, [REPO]),
        ({"sources": [{"repoURL": REPO}, {}], "source": {"repoURL": "unused"}}, [REPO, ""]),
        ({"sources": []}, [""]),
        ({"source": None}, [""]),
    ],
)
def test_every_source_has_its_repository(spec: dict[str, Any], urls: list[str]) -> None:
    assert repo_urls_of({"spec": spec}) == urls


def test_no_project_is_the_default() -> None:
    assert project_of({"spec": {"project": "team"}}) == "team"
    assert project_of({"spec": {}}) == "default"


@pytest.mark.parametrize(
    ("destination", "server"),
    [
        ({"server": "https://one.test", "name": "one"}, "https://one.test"),
        ({"name": "one"}, "one"),
        ({}, ""),
        (None, ""),
    ],
)
def test_a_destination_goes_by_its_server_else_by_its_name(destination: Any, server: str) -> None:
    manifest = {"spec": {"destination": destination}}
    assert server_of(manifest) == server
    assert destination_of(manifest) == (destination or {})
