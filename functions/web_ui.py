"""The page: built files of web/dist beside the REST API, behind the same route."""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from functions._http import Answer, Request, unless_known
from shared.errors import NotFoundError

BUILT = Path(__file__).resolve().parents[1] / "web" / "dist"
_API = ("/api", "/healthz", "/metrics")
_ASSETS = "/assets/"
_COMPRESSED = {".html", ".js", ".css", ".svg"}
_INDEX = "index.html"
# No script but ours. Styles are set by the graph and the dialogs while they run
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_SAFE = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_NOT_BUILT = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Tidegate</title>"
    "<h1>The page is not built</h1>"
    "<p>Run <code>make web</code> in the checkout and load this again. "
    "The REST API under <code>/api</code> and the command line work without it.</p>"
)


class WebUi:
    """Answers GET of everything outside the API from built files; all else goes to the API.

    A path that is no file is a view of the page, so that links into it can be opened.
    """

    def __init__(self, api: Callable[[Request], Answer], folder: Path = BUILT) -> None:
        self._api, self._folder = api, folder
        self._read = cache(_read)

    def __call__(self, request: Request) -> Answer:
        """Raises TidegateError for what the API refuses, NotFoundError for an asset that is not there."""
        first = "/" + request.path.lstrip("/").partition("/")[0]
        if first in _API or request.method != "GET":
            return self._api(request)
        index = self._folder / _INDEX
        if not index.is_file():
            return Answer(503, _NOT_BUILT.encode(), {**_SAFE, "Content-Type": "text/html; charset=utf-8"})
        file = self._file(request.path)
        if file is None and request.path.startswith(_ASSETS):
            raise NotFoundError(
                f"{request.path}: this version of the page has no such file. Load the page anew"
            )
        return self._answer(request, file or index)

    def _file(self, path: str) -> Path | None:
        """The built file of a path; None when there is none, or when it is outside."""
        wanted = (self._folder / unquote(path).lstrip("/")).resolve()
        inside = wanted.is_relative_to(self._folder.resolve())
        return wanted if inside and wanted.is_file() else None

    def _answer(self, request: Request, file: Path) -> Answer:
        zipped = file.suffix in _COMPRESSED and "gzip" in request.headers.get("accept-encoding", "")
        body = self._read(file, file.stat().st_mtime_ns, zipped)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        text = kind.startswith("text/") or kind.endswith("javascript")
        headers = {
            **_SAFE,
            "Content-Type": f"{kind}; charset=utf-8" if text else kind,
            "Vary": "Accept-Encoding",
            # assets have the hash of their content in their names
            "Cache-Control": "public, max-age=31536000, immutable"
            if request.path.startswith(_ASSETS)
            else "no-cache",
        }
        if zipped:
            headers["Content-Encoding"] = "gzip"
        return unless_known(request, Answer(200, body, headers))


def _read(file: Path, _changed: int, zipped: bool) -> bytes:
    """The bytes of a file; read anew when it has changed."""
    body = file.read_bytes()
    return gzip.compress(body, 9, mtime=0) if zipped else body
