"""The page beside the REST API: what is a file, what is a view of the page, what belongs to the API."""

from __future__ import annotations

import gzip
from contextlib import suppress
from pathlib import Path

import pytest

from functions._http import Answer, Request
from functions.web_ui import WebUi
from shared.errors import NotFoundError


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>the page</title>")
    (folder / "assets" / "index-abc.js").write_text("run()")
    (tmp_path / "secret.txt").write_text("not for the web")
    return folder


def asked(folder: Path, path: str, method: str = "GET", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return WebUi(lambda request: Answer(200, b"the API"), folder)(Request(method, path, {}, named, b""))


@pytest.mark.parametrize("path", ["/", "/applications", "/applications/argocd/a%2Fb/logs", "/login", "/apis"])
def test_a_path_that_is_no_file_is_a_view_of_the_page(built: Path, path: str) -> None:
    answer = asked(built, path)
    assert (answer.status, answer.body) == (200, b"<title>the page</title>")
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/api", "/api/v1/applications", "/api/nothing", "/healthz"])
def test_the_api_keeps_its_paths(built: Path, path: str) -> None:
    assert asked(built, path).body == b"the API"


def test_what_is_no_get_belongs_to_the_api(built: Path) -> None:
    assert asked(built, "/applications", "POST").body == b"the API"


def test_an_asset_may_be_kept_for_ever_because_its_name_has_its_hash(built: Path) -> None:
    answer = asked(built, "/assets/index-abc.js")
    assert (answer.body, answer.headers["Content-Type"]) == (b"run()", "text/javascript; charset=utf-8")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_an_asset_of_another_version_is_missing_and_not_the_page(built: Path) -> None:
    with pytest.raises(NotFoundError, match="Load the page anew"):
        asked(built, "/assets/index-old.js")


def test_who_takes_gzip_gets_it(built: Path) -> None:
    answer = asked(built, "/assets/index-abc.js", accept_encoding="gzip, br")
    assert isinstance(answer.body, bytes)
    assert (answer.headers["Content-Encoding"], gzip.decompress(answer.body)) == ("gzip", b"run()")


def test_who_has_the_page_already_gets_no_body(built: Path) -> None:
    tag = asked(built, "/").headers["ETag"]
    again = asked(built, "/applications", if_none_match=tag)
    assert (again.status, again.body) == (304, b"")


def test_a_page_that_was_built_anew_is_served_anew(built: Path) -> None:
    ui = WebUi(lambda request: Answer(), built)
    request = Request("GET", "/", {}, {}, b"")
    ui(request)
    (built / "index.html").write_text("<title>another</title>")
    assert ui(request).body == b"<title>another</title>"


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"])
def test_no_file_outside_is_served(built: Path, path: str) -> None:
    body = b""
    with suppress(NotFoundError):
        body = bytes(asked(built, path).body)  # type: ignore[arg-type]
    assert b"not for the web" not in body


def test_no_script_of_others_and_none_inside_the_page_may_run(built: Path) -> None:
    policy = asked(built, "/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


def test_where_the_page_is_not_built_it_says_how(tmp_path: Path) -> None:
    answer = asked(tmp_path, "/applications")
    assert isinstance(answer.body, bytes)
    assert (answer.status, b"make web" in answer.body) == (503, True)
