"""spec.source and each of spec.sources of an Application."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import Any, Self

from shared.domain.specs.directory_options import DirectoryOptions
from shared.domain.specs.fields import Fields
from shared.domain.specs.helm_options import HelmOptions

_REF = re.compile(r"[a-zA-Z0-9_-]+")
_TOOLS = ("helm", "kustomize", "directory", "plugin")


@dataclass(frozen=True, slots=True)
class Source:
    """Where manifests come from: a repository, a place in it, and at most one tool with its options.

    `path` lies inside the repository and has no `..`; "." is its root and "" means that the source has none
    (a chart, or a source that only lends its files under `ref`). `target_revision` is "" for HEAD.
    `kustomize` and `plugin` are kept as written; None stands for "not said", which is not the same as {}:
    a tool that is named is used without looking at the files.
    """

    repo_url: str
    path: str = ""
    target_revision: str = ""
    chart: str = ""
    ref: str = ""
    name: str = ""
    tag_prefix: str = ""
    helm: HelmOptions | None = None
    kustomize: dict[str, Any] | None = None
    directory: DirectoryOptions | None = None
    plugin: dict[str, Any] | None = None

    @classmethod
    def parse(cls, fields: Fields, *, one_of_many: bool = False) -> Self:
        """Read a source; `one_of_many` allows the kind that has nothing but a `ref`.

        Source: Argo CD validateSourcePermissions, GetRefSources (util/argo/argo.go) and ExplicitType.
        """
        _check_tools(fields)
        return cls(
            repo_url=_repo_url(fields),
            path=_place(fields, one_of_many=one_of_many),
            target_revision=fields.text("targetRevision"),
            chart=fields.text("chart"),
            ref=_ref(fields),
            name=fields.text("name"),
            tag_prefix=fields.text("tagPrefix"),
            helm=HelmOptions.parse(fields.child("helm")) if fields.has("helm") else None,
            kustomize=_kustomize(fields) if fields.has("kustomize") else None,
            directory=DirectoryOptions.parse(fields.child("directory")) if fields.has("directory") else None,
            plugin=fields.any_object("plugin") if fields.has("plugin") else None,
        )


def _repo_url(fields: Fields) -> str:
    url = fields.text("repoURL").strip()
    if not url:
        raise fields.error("repoURL", "is missing", "Name the repository")
    return url


def _place(fields: Fields, *, one_of_many: bool) -> str:
    path, chart = fields.text("path"), fields.text("chart")
    if path and not chart:
        return _inside(fields, path)
    if not path and not chart and not (one_of_many and fields.text("ref")):
        wanted = "path, chart or ref" if one_of_many else "path or chart"
        raise fields.error("", f"names no {wanted}", "For the root of the repository write path: .")
    if chart and not fields.text("targetRevision"):
        raise fields.error("targetRevision", "is missing", "A chart needs a version or a range of versions")
    return path


def _inside(fields: Fields, path: str) -> str:
    """The path without `./`, doubled slashes and `..`, or an error when it leaves the repository."""
    if path.startswith("/"):
        raise fields.error("path", f"is absolute: {path!r}", "Write it from the root of the repository")
    inside = posixpath.normpath(path)
    if inside == ".." or inside.startswith("../"):
        raise fields.error("path", f"leaves the repository: {path!r}", "Name a folder inside of it")
    return inside


def _ref(fields: Fields) -> str:
    ref = fields.text("ref")
    if ref and not _REF.fullmatch(ref):
        raise fields.error("ref", f"is {ref!r}", "Use letters, digits, '-' and '_' only")
    return ref


def _check_tools(fields: Fields) -> None:
    tools = [tool for tool in _TOOLS if fields.has(tool)]
    if len(tools) > 1:
        raise fields.error("", f"has options for {' and '.join(tools)}", "Keep one of them")


def _kustomize(fields: Fields) -> dict[str, Any]:
    """Check the types of the fields that we know, and return all of them as written, nulls left out."""
    options = fields.child("kustomize")
    for name in ("namePrefix", "nameSuffix", "namespace", "version", "kubeVersion"):
        options.text(name)
    for name in ("images", "components", "apiVersions"):
        options.texts(name)
    for name in ("commonLabels", "commonAnnotations"):
        options.text_map(name)
    for name in ("replicas", "patches"):
        options.children(name)
    for name in _KUSTOMIZE_FLAGS:
        options.flag(name)
    return {name: value for name, value in options.data.items() if value is not None}


_KUSTOMIZE_FLAGS = (
    "forceCommonLabels",
    "forceCommonAnnotations",
    "commonAnnotationsEnvsubst",
    "labelWithoutSelector",
    "labelIncludeTemplates",
    "ignoreMissingComponents",
)
