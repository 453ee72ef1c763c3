"""Git repositories in memory, and a manifest tool that reads them: JSON files, counted renders."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.domain.images.registry_tag import RankedTag, TagRequest
from shared.domain.manifests.manifest import Manifest
from shared.domain.render.render_request import DirectoryRequest, HelmRequest, KustomizeRequest
from shared.domain.render.rendered import ReadSet, Rendered
from shared.domain.source.checkout import Checkout, CommitMetadata
from shared.errors import NotFoundError, RenderError, TidegateError

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class _Commit:
    id: str
    files: Files


class MemoryGit:
    """GitRepository over dicts. `calls` are sentences like `resolve main`; `failures` are by URL."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.failures: dict[str, TidegateError] = {}
        self._refs: dict[tuple[str, str], str] = {}
        self._commits: dict[str, _Commit] = {}
        self._trees: dict[str, Files] = {}

    def push(self, repo_url: str, files: Mapping[str, object], branch: str = "main") -> str:
        """Make a commit of these files (JSON values, or bytes as they are) the head; return its id."""
        content = {
            path: value if isinstance(value, bytes) else json.dumps(value).encode()
            for path, value in files.items()
        }
        commit = _id(f"commit {len(self._commits)}".encode())
        self._commits[commit] = _Commit(commit, content)
        self._trees[_tree(content, "")] = content
        self._refs[repo_url, branch] = self._refs[repo_url, "HEAD"] = commit
        return commit

    def alias(self, repo_url: str, known: str) -> None:
        """Let a repository have another URL, too."""
        self._refs |= {(repo_url, name): oid for (url, name), oid in self._refs.items() if url == known}

    def delete_branch(self, repo_url: str, branch: str) -> None:
        del self._refs[repo_url, branch]

    def head(self, repo_url: str, branch: str = "main") -> str:
        return self._refs[repo_url, branch]

    def files(self, checkout: Checkout) -> Files:
        return self._trees[checkout.tree]

    # GitRepository

    def resolve(self, repo_url: str, revision: str) -> str:
        self._called("resolve", repo_url, revision)
        if revision in self._commits:
            return revision
        found = self._refs.get((repo_url, revision or "HEAD"))
        if found is None:
            raise NotFoundError(f"Repository {repo_url}: has no branch, tag or ref {revision!r}")
        return found

    def fetch(self, repo_url: str, commit: str) -> Checkout:
        self._called("fetch", repo_url, commit)
        return Checkout(repo_url, commit, _tree(self._commits[commit].files, ""), "memory")

    def object_ids(self, checkout: Checkout, paths: Iterable[str]) -> Mapping[str, str]:
        files = self.files(checkout)
        return {path: object_id(files, path) for path in paths}

    def changed_paths(self, repo_url: str, before: str, after: str) -> tuple[str, ...] | None:
        self._called("changed paths", repo_url, "")
        if before not in self._commits or after not in self._commits:
            return None
        old, new = self._commits[before].files, self._commits[after].files
        return tuple(sorted(path for path in old | new if old.get(path) != new.get(path)))

    def metadata(self, repo_url: str, commit: str) -> CommitMetadata:
        if failure := self.failures.get(repo_url):
            raise failure
        return CommitMetadata(commit, "Developer <developer@example.invalid>", "2026-01-01T12:00:00Z", "A")

    def _called(self, verb: str, repo_url: str, what: str) -> None:
        self.calls.append(f"{verb} {what}".strip())
        if failure := self.failures.get(repo_url):
            raise failure


class MemoryTool:
    """ManifestTool: every kind of source is the JSON files below its path; `renders` says which, in order."""

    def __init__(self, git: MemoryGit) -> None:
        self._git = git
        self.renders: list[str] = []
        self.tool_version = "memory 1"

    def helm(self, request: HelmRequest) -> Rendered:
        return self._render(request.checkout, request.path, ("Chart.yaml",))

    def kustomize(self, request: KustomizeRequest) -> Rendered:
        return self._render(request.checkout, request.path, ("kustomization.yaml",))

    def directory(self, request: DirectoryRequest) -> Rendered:
        return self._render(request.checkout, request.path, ())

    def yaml(self, text: bytes) -> tuple[Manifest, ...]:
        return (json.loads(text),)

    def semver(self, request: TagRequest) -> tuple[RankedTag, ...]:
        """Numbers with dots are versions, and all of them match; the real rules are the real tool's."""
        numbers = {tag: [int(part) for part in tag.split(".")] for tag in request.tags if _numeric(tag)}
        others = sorted(tag for tag in request.tags if tag not in numbers)
        versions = sorted(numbers, key=lambda tag: numbers[tag])
        ranked = [RankedTag(tag, allowed=True, version=False, matches=False) for tag in others]
        return (*ranked, *(RankedTag(tag, allowed=True, version=True, matches=True) for tag in versions))

    def version(self) -> str:
        return self.tool_version

    def _render(self, checkout: Checkout, path: str, markers: tuple[str, ...]) -> Rendered:
        self.renders.append(path)
        files = self._git.files(checkout)
        root = path.strip("/")
        objects: list[Manifest] = []
        read = [root]
        for name, content in sorted(files.items()):
            if name.rpartition("/")[0] != root or name.rpartition("/")[2] in markers:
                continue
            read.append(name)
            try:
                objects.append(json.loads(content))
            except ValueError as error:
                raise RenderError(f"{name}: is no YAML ({error}). Mend the file") from error
        entries = tuple((checkout.repo_url, each, object_id(files, each)) for each in read)
        return Rendered(tuple(objects), ReadSet(entries))


def _numeric(tag: str) -> bool:
    return all(part.isdecimal() for part in tag.split("."))


def object_id(files: Files, path: str) -> str:
    """The id of a file or a folder, "" where there is none."""
    path = path.strip("/")
    if path in files:
        return _id(files[path])
    below = path in ("", ".") or any(name.startswith(f"{path}/") for name in files)
    return _tree(files, "" if path == "." else path) if below else ""


def _tree(files: Files, path: str) -> str:
    inside = {name: content for name, content in files.items() if not path or name.startswith(f"{path}/")}
    return _id(repr(sorted(inside.items())).encode())


def _id(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()
