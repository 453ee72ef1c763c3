"""URLs of a registry → answers: OCI distribution, ACR's own list of tags, tokens."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from sandbox.registry.store import Manifest, RegistryStore, digest_of
from sandbox.registry.tokens import RegistryTokenService, TokenRefusedError

_NAME = r"(?P<repository>[a-z0-9._/-]+)"
_MANIFEST = re.compile(rf"/v2/{_NAME}/manifests/(?P<reference>[\w.:-]+)")
_BLOB = re.compile(rf"/v2/{_NAME}/blobs/(?P<digest>sha256:[0-9a-f]+)")
_UPLOAD = re.compile(rf"/v2/{_NAME}/blobs/uploads/(?P<upload>[\w-]*)")
_TAGS = re.compile(rf"/v2/{_NAME}/tags/list")
_ACR_TAGS = re.compile(rf"/acr/v1/{_NAME}/_tags")


@dataclass(frozen=True, slots=True)
class RegistryRequest:
    """`query` and `form` have the first value of each name."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True, slots=True)
class RegistryAnswer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class RegistryState:
    """`pushed` is told of each manifest that came by HTTP: repository, tag ("" by digest), manifest."""

    tokens: RegistryTokenService
    pushed: Callable[[str, str, Manifest], None]
    store: RegistryStore = field(default_factory=RegistryStore)
    throttled: int = 0
    broken: bool = False


def answer(state: RegistryState, request: RegistryRequest) -> RegistryAnswer:
    """Answer one request, whatever the transport."""
    if state.throttled > 0:
        state.throttled -= 1
        return RegistryAnswer(429, b"", {"Retry-After": "7"})
    if state.broken:
        return RegistryAnswer(503)
    if request.path.startswith("/oauth2/"):
        return _token(state, request)
    for pattern, right, handler in _ROUTES:
        match = pattern.fullmatch(request.path)
        if match is not None:
            return _allowed(state, request, match, right, handler)
    if request.path == "/v2/":
        return _challenge(state, "")
    return _error(404, "NOT_FOUND", "no such path")


Handler = Callable[[RegistryState, RegistryRequest, "re.Match[str]"], RegistryAnswer]


def _allowed(
    state: RegistryState, request: RegistryRequest, match: re.Match[str], right: str, handler: Handler
) -> RegistryAnswer:
    wanted = right if request.method in ("GET", "HEAD") else "push"
    authorization = request.headers.get("Authorization", "")
    if not state.tokens.allows(authorization, match["repository"], wanted):
        return _challenge(state, f"repository:{match['repository']}:{wanted}")
    return handler(state, request, match)


def _challenge(state: RegistryState, scope: str) -> RegistryAnswer:
    parts = [f'realm="https://{state.tokens.host}/oauth2/token"', f'service="{state.tokens.host}"']
    asked = ",".join(parts + ([f'scope="{scope}"'] if scope else []))
    return RegistryAnswer(401, b"", {"WWW-Authenticate": f"Bearer {asked}"})


def _token(state: RegistryState, request: RegistryRequest) -> RegistryAnswer:
    try:
        if request.path == "/oauth2/exchange":
            return _json(state.tokens.exchange(request.form))
        if request.method == "POST":
            return _json(state.tokens.token(request.form))
        authorization = request.headers.get("Authorization", "")
        return _json(state.tokens.login(authorization, request.query.get("scope", "")))
    except TokenRefusedError as error:
        return _error(401, "UNAUTHORIZED", str(error))


def _manifest(state: RegistryState, request: RegistryRequest, match: re.Match[str]) -> RegistryAnswer:
    repository, reference = match["repository"], match["reference"]
    if request.method == "PUT":
        manifest = Manifest(request.headers.get("Content-Type", ""), request.body)
        tag = "" if reference.startswith("sha256:") else reference
        state.store.put(repository, manifest, tag)
        state.pushed(repository, tag, manifest)
        return RegistryAnswer(201, b"", {"Docker-Content-Digest": manifest.digest})
    found = state.store.find(repository, reference)
    if found is None:
        return _error(404, "MANIFEST_UNKNOWN", f"manifest {reference} is not found")
    accepted = request.headers.get("Accept", "")
    if found.media_type not in accepted and "*/*" not in accepted:
        return _error(404, "MANIFEST_UNKNOWN", f"{found.media_type} is not accepted")
    headers = {"Content-Type": found.media_type, "Docker-Content-Digest": found.digest}
    return RegistryAnswer(200, found.body, headers)


def _blob(state: RegistryState, request: RegistryRequest, match: re.Match[str]) -> RegistryAnswer:
    with state.store.lock:
        found = state.store.repositories.get(match["repository"])
        data = found.blobs.get(match["digest"]) if found else None
    if data is None:
        return _error(404, "BLOB_UNKNOWN", "blob unknown to registry")
    return RegistryAnswer(200, data, {"Content-Type": "application/octet-stream"})


def _upload(state: RegistryState, request: RegistryRequest, match: re.Match[str]) -> RegistryAnswer:
    """A blob in one piece: POST, then PUT with its digest. Source: OCI distribution 1.1, "Pushing blobs"."""
    from sandbox.registry.store import Repository

    repository = match["repository"]
    if request.method == "POST":
        return RegistryAnswer(202, b"", {"Location": f"/v2/{repository}/blobs/uploads/one", "Range": "0-0"})
    digest = request.query.get("digest", "")
    if digest_of(request.body) != digest:
        return _error(400, "DIGEST_INVALID", "the bytes have another digest")
    with state.store.lock:
        state.store.repositories.setdefault(repository, Repository()).blobs[digest] = request.body
    return RegistryAnswer(201, b"", {"Docker-Content-Digest": digest})


def _tags(state: RegistryState, request: RegistryRequest, match: re.Match[str]) -> RegistryAnswer:
    return _page(state, request, match["repository"], order="", shown=lambda name, _: name)


def _acr_tags(state: RegistryState, request: RegistryRequest, match: re.Match[str]) -> RegistryAnswer:
    def shown(name: str, tag: Any) -> dict[str, Any]:
        times = {"createdTime": tag.created, "lastUpdateTime": tag.updated}
        rights = dict.fromkeys(("deleteEnabled", "writeEnabled", "readEnabled", "listEnabled"), True)
        return {"name": name, "digest": tag.digest, **times, "signed": False, "changeableAttributes": rights}

    return _page(state, request, match["repository"], order=request.query.get("orderby", ""), shown=shown)


def _page(
    state: RegistryState,
    request: RegistryRequest,
    repository: str,
    *,
    order: str,
    shown: Callable[[str, Any], Any],
) -> RegistryAnswer:
    """One page with the Link to the next; `last` is the name of the last tag of the page before."""
    if repository not in state.store.repositories:
        return _error(404, "NAME_UNKNOWN", "repository name not known to registry")
    tags = state.store.tags(repository)
    names = sorted(tags)
    if order:
        names.sort(key=lambda name: tags[name].updated.rstrip("Z"), reverse=order == "timedesc")
    last = request.query.get("last", "")
    rest = names[names.index(last) + 1 :] if last in names else names
    size = int(request.query.get("n") or 100)
    page = rest[:size]
    headers = {}
    if len(rest) > size:
        query = urlencode({**({"orderby": order} if order else {}), "last": page[-1], "n": size})
        headers["Link"] = f'<{request.path}?{query}>; rel="next"'
    body = {"name": repository, "imageName": repository, "tags": [shown(name, tags[name]) for name in page]}
    return _json(body, headers)


def parsed(method: str, url: str, headers: Mapping[str, str], body: bytes) -> RegistryRequest:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return RegistryRequest(method, parts.path, query, headers, body)


def _json(body: Any, headers: Mapping[str, str] | None = None) -> RegistryAnswer:
    return RegistryAnswer(
        200, json.dumps(body).encode(), {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    )


def _error(status: int, code: str, message: str) -> RegistryAnswer:
    body = {"errors": [{"code": code, "message": message}]}
    return RegistryAnswer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


_ROUTES: tuple[tuple[re.Pattern[str], str, Handler], ...] = (
    (_UPLOAD, "push", _upload),
    (_BLOB, "pull", _blob),
    (_MANIFEST, "pull", _manifest),
    (_TAGS, "pull", _tags),
    (_ACR_TAGS, "metadata_read", _acr_tags),
)
