"""GitHub's API as far as commits need it: branches, files, createCommitOnBranch with expectedHeadOid.

Source: docs.github.com, REST "Get repository content", "Get a reference"; GraphQL `createCommitOnBranch`. The
errors are those that GitHub answers: HTTP 200 with `errors[].type`.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

import pygit2

from sandbox.git.bare_repository import DEFAULT_BRANCH, BareRepository, RefUpdate
from sandbox.git.server import SandboxGit
from sandbox.git.tree_edit import edited_tree
from sandbox.loopback_server import LoopbackServer

_REPOSITORY = re.compile(r"/repos/(?P<name>[^/]+/[^/]+)")
_REF = re.compile(r"/repos/(?P<name>[^/]+/[^/]+)/git/ref/heads/(?P<branch>.+)")
_CONTENTS = re.compile(r"/repos/(?P<name>[^/]+/[^/]+)/contents/(?P<path>.*)")
_BOT = ("tidegate[bot]", "tidegate[bot]@users.noreply.github.com")


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    status: int
    body: bytes
    kind: str = "application/json; charset=utf-8"


class SandboxGitHubApi:
    """https://api.github.com for the repositories of a SandboxGit; a commit tells its webhooks.

    `token` opens all of them. `stale` counts the commits that were refused since the branch had moved.
    `interruptions` happen one by one, each just before a commit is compared with its branch.
    """

    def __init__(self, git: SandboxGit) -> None:
        self._git = git
        self.token = f"ghs_{secrets.token_hex(20)}"
        self.requests: list[tuple[str, str]] = []
        self.stale = 0
        self.limited = 0
        self.interruptions: list[Callable[[], object]] = []
        self._server: LoopbackServer | None = None

    def start(self) -> Self:
        """Listen on a free port of 127.0.0.1."""
        self._server = LoopbackServer(0, _handler(self))
        self._server.begin("sandbox-github-api")
        return self

    def stop(self) -> None:
        if self._server is not None:
            self._server.end()
            self._server = None

    def __enter__(self) -> Self:
        return self if self._server is not None else self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, where https://api.github.com is."""
        if self._server is None:
            raise RuntimeError("the sandbox GitHub API is not running: call start()")
        return self._server.url

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> ApiAnswer:
        """Answer one request, whatever the transport."""
        parts = urlsplit(url)
        self.requests.append((method, parts.path))
        if headers.get("Authorization", "") != f"Bearer {self.token}":
            return _message(401, "Bad credentials")
        if self.limited > 0:
            self.limited -= 1
            return _message(403, "You have exceeded a secondary rate limit")
        if method == "POST" and parts.path == "/graphql":
            return self._graphql(json.loads(body))
        return self._rest(unquote(parts.path), parse_qs(parts.query), headers.get("Accept", ""))

    def _rest(self, path: str, query: Mapping[str, list[str]], accept: str) -> ApiAnswer:
        for pattern, found in ((_REF, self._ref), (_CONTENTS, None), (_REPOSITORY, self._repository)):
            match = pattern.fullmatch(path)
            repository = self._git.repository(match["name"]) if match else None
            if match is None or repository is None:
                continue
            if found is None:
                return _contents(repository, match["path"], query.get("ref", [""])[0], accept)
            return found(repository, match)
        return _message(404, "Not Found")

    def _repository(self, repository: BareRepository, match: re.Match[str]) -> ApiAnswer:
        return _json({"full_name": repository.full_name, "default_branch": DEFAULT_BRANCH})

    def _ref(self, repository: BareRepository, match: re.Match[str]) -> ApiAnswer:
        ref = f"refs/heads/{match['branch']}"
        commit = repository.refs().get(ref)
        if commit is None:
            return _message(404, "Not Found")
        return _json({"ref": ref, "object": {"type": "commit", "sha": commit}})

    def _graphql(self, asked: Mapping[str, Any]) -> ApiAnswer:
        if "createCommitOnBranch" not in asked["query"]:
            return _json({"errors": [{"message": "Field does not exist in this sandbox"}]})
        wanted = asked["variables"]["input"]
        branch = wanted["branch"]
        repository = self._git.repository(branch["repositoryNameWithOwner"])
        ref = f"refs/heads/{branch['branchName']}"
        if repository is None:
            return _error("NOT_FOUND", "Could not resolve to a Repository with the name")
        if self.interruptions:
            self.interruptions.pop(0)()
        with repository.pushing:
            head = repository.refs().get(ref)
            if head is None:
                return _error("NOT_FOUND", f"Branch {branch['branchName']} does not exist")
            if head != wanted["expectedHeadOid"]:
                self.stale += 1
                expected = wanted["expectedHeadOid"]
                return _error(
                    "STALE_DATA",
                    f'Expected branch to point to "{expected}" but it did not. Pull and try again.',
                )
            commit = _commit(repository, ref, head, wanted)
        self._git.announce(repository, [RefUpdate(ref, head, commit)])
        return _json({"data": {"createCommitOnBranch": {"commit": {"oid": commit}}}})


def _commit(repository: BareRepository, ref: str, head: str, wanted: Mapping[str, Any]) -> str:
    files: dict[str, bytes | None] = {
        each["path"]: base64.b64decode(each["contents"])
        for each in wanted["fileChanges"].get("additions", [])
    }
    files |= {each["path"]: None for each in wanted["fileChanges"].get("deletions", [])}
    message = wanted["message"]["headline"]
    if text := wanted["message"].get("body"):
        message += f"\n\n{text}"
    repo = repository.open()
    try:
        tree = edited_tree(repo, repo[head].peel(pygit2.Commit).tree_id, files)
        who = pygit2.Signature(*_BOT, int(time.time()))
        return str(repo.create_commit(ref, who, who, message, tree, [head]))
    finally:
        repo.free()


def _contents(repository: BareRepository, path: str, ref: str, accept: str) -> ApiAnswer:
    repo = repository.open()
    try:
        commit = (
            repo[ref] if len(ref) == 40 else repo.references[f"refs/heads/{ref or DEFAULT_BRANCH}"].peel()
        )
        tree = commit.peel(pygit2.Tree)
        found = tree[path] if path else tree
        if isinstance(found, pygit2.Tree):
            return _json([{"name": entry.name, "type": "file"} for entry in found])
        if not isinstance(found, pygit2.Blob):
            return _message(404, "Not Found")
        if "raw" in accept:
            return ApiAnswer(200, found.data, "application/vnd.github.raw+json; charset=utf-8")
        content = base64.b64encode(found.data).decode()
        return _json({"path": path, "encoding": "base64", "content": content, "sha": str(found.id)})
    except KeyError:
        return _message(404, "Not Found")
    finally:
        repo.free()


def _json(body: Any) -> ApiAnswer:
    return ApiAnswer(200, json.dumps(body).encode())


def _message(status: int, text: str) -> ApiAnswer:
    return ApiAnswer(status, json.dumps({"message": text}).encode())


def _error(kind: str, message: str) -> ApiAnswer:
    path = ["createCommitOnBranch"]
    error = {"type": kind, "path": path, "locations": [{"line": 3, "column": 3}], "message": message}
    return _json({"data": {"createCommitOnBranch": None}, "errors": [error]})


def _handler(api: SandboxGitHubApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = 1 << 16  # headers and body leave in one write

        def do_GET(self) -> None:
            self._reply()

        def do_POST(self) -> None:
            self._reply()

        def _reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = api.answer(self.command, self.path, self.headers, body)  # type: ignore[arg-type]
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: Any) -> None:
            """The request log is `SandboxGitHubApi.requests`."""

    return Handler
