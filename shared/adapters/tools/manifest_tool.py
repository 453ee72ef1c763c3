"""The manifest_tool port on the kubetools program."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from shared.adapters.tools.child import ChildDiedError, Limits
from shared.adapters.tools.child_pool import ChildPool
from shared.domain.images.registry_tag import RankedTag, TagRequest
from shared.domain.manifests.manifest import Manifest
from shared.domain.render.render_request import DirectoryRequest, HelmRequest, KustomizeRequest
from shared.domain.render.rendered import ReadSet, Rendered
from shared.errors import InvalidRequestError, RenderError, UnavailableError


class _Failure(msgspec.Struct):
    kind: str
    message: str


class _Answer(msgspec.Struct):
    objects: list[dict[str, Any]] = []
    read_set: list[tuple[str, str, str]] = []
    error: _Failure | None = None


class KubetoolsManifestTool:
    """Asks kubetools, a sealed Go program of ours; see kubetools/ and shared/ports/manifest_tool.py.

    A render that takes too long, too much memory or makes too much output is killed and becomes a
    RenderError; the next one gets a new process. Call `close` at the end.
    """

    def __init__(self, program: Path, limits: Limits = Limits(), children: int = 2) -> None:
        """Nothing is started yet: a missing program is found when it is asked."""
        self._program = program
        self._pool = ChildPool(program, limits, children)
        self._decoder = msgspec.json.Decoder(_Answer)

    def helm(self, request: HelmRequest) -> Rendered:
        return self._render("helm", request, request.path)

    def kustomize(self, request: KustomizeRequest) -> Rendered:
        return self._render("kustomize", request, request.path)

    def directory(self, request: DirectoryRequest) -> Rendered:
        return self._render("directory", request, request.path)

    def yaml(self, text: bytes) -> tuple[Manifest, ...]:
        return tuple(self._ask("yaml", {"text": text}, "the YAML text").objects)

    def semver(self, request: TagRequest) -> tuple[RankedTag, ...]:
        try:
            answer = self._ask("semver", request, "the tags of an image")
        except RenderError as error:
            raise InvalidRequestError(f"Image policy: {error}. Mend the constraint") from error
        return tuple(RankedTag(**each) for each in answer.objects)

    def version(self) -> str:
        """Return the hash of the program. Raises UnavailableError when it is missing."""
        return self._digest

    def close(self) -> None:
        """End the children."""
        self._pool.close()

    @cached_property
    def _digest(self) -> str:
        try:
            return hashlib.sha256(self._program.read_bytes()).hexdigest()[:16]
        except OSError as error:
            raise UnavailableError(f"kubetools: {self._program} is missing. Run `make kubetools`") from error

    def _render(self, verb: str, request: object, path: str) -> Rendered:
        answer = self._ask(verb, request, f"{verb} {path or 'in the root of the repository'}")
        return Rendered(tuple(answer.objects), ReadSet(tuple(answer.read_set)))

    def _ask(self, verb: str, request: object, subject: str) -> _Answer:
        question = msgspec.json.encode({"verb": verb, "request": request})
        try:
            answer = self._decoder.decode(self._pool.ask(question))
        except ChildDiedError as error:
            raise RenderError(f"{subject}: the render gave no answer: {error}. Make it smaller") from error
        except msgspec.DecodeError as error:
            raise RenderError(f"{subject}: the objects cannot be read: {error}") from error
        if answer.error is not None:
            _refuse(subject, answer.error)
        return answer


def _refuse(subject: str, failure: _Failure) -> None:
    """Raise what a failure means: see kubetools/internal/fault."""
    if failure.kind == "extract":
        raise UnavailableError(failure.message)
    if failure.kind == "invalid":
        raise RuntimeError(f"kubetools did not understand us: {failure.message}")
    if failure.kind == "internal":
        raise RenderError(f"{subject}: the tool failed: {failure.message}")
    raise RenderError(failure.message)
