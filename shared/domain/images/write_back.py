"""Where the tags of an application's images are written: repository, branch and file."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.events.push_match import normalised_repo_url
from shared.domain.specs.application import Application
from shared.domain.specs.source import Source


class TargetKind(StrEnum):
    """What kind of file holds the tag."""

    HELM_VALUES = "helmvalues"
    KUSTOMIZATION = "kustomization"


@dataclass(frozen=True, slots=True)
class WriteBack:
    """`path` is from the root of the repository: a file of Helm values, or the folder of a kustomization.

    `branch` "" is the default branch.
    """

    repo_url: str
    branch: str
    kind: TargetKind
    path: str

    @property
    def subject(self) -> str:
        """One text for all spellings of the repository: what is written there is one line of work."""
        return subject_of(self.repo_url, self.branch)


def subject_of(repo_url: str, branch: str) -> str:
    """`github.com/my-org/shop@main`."""
    return f"{normalised_repo_url(repo_url)}@{branch}"


def read_write_back(app: Application, notes: Mapping[str, str]) -> WriteBack | str:
    """Return where to write, or the sentence that says why nowhere.

    Args:
        app: whose first source with a path is written to.
        notes: Image Updater's annotations without their prefix.

    Source: argocd-image-updater, docs/basics/update-methods.md.
    """
    method = notes.get("write-back-method", "").partition(":")[0].strip()
    if method != "git":
        return (
            f"Image updates: write-back-method is {method or 'argocd'!r}, and Git is the only place that "
            "Tidegate writes to. Set write-back-method: git"
        )
    branch = notes.get("git-branch", "").strip()
    if ":" in branch:
        return "Image updates: git-branch names a branch for pull requests, which are not opened yet"
    source = next((found for found in app.sources if found.path), None)
    if source is None:
        return "Image updates: the application has no source with a path, so nothing of it can be written"
    return _place(app, source, notes, branch)


def _place(app: Application, source: Source, notes: Mapping[str, str], branch: str) -> WriteBack | str:
    kind, _, path = notes.get("write-back-target", "").strip().partition(":")
    if kind not in set(TargetKind):
        return (
            f"Image updates: write-back-target is {kind or '.argocd-source'!r}. "
            "Write kustomization, or helmvalues:<file>"
        )
    default = "." if kind == TargetKind.KUSTOMIZATION else "values.yaml"
    path = path.strip() or default
    if path.startswith("$"):
        name, _, path = path.removeprefix("$").partition("/")
        lent = next((found for found in app.sources if found.ref == name), None)
        if lent is None:
            return f"Image updates: write-back-target names ${name}, which no source has as its ref"
        source, path = lent, f"/{path}"
    repo_url = notes.get("git-repository", "").strip() or source.repo_url
    below = "" if path.startswith("/") else source.path
    inside = posixpath.normpath(posixpath.join(below, path.lstrip("/")))
    if inside == ".." or inside.startswith("../"):
        return f"Image updates: write-back-target leaves the repository: {path!r}"
    target = source.target_revision.removeprefix("refs/heads/")
    branch = branch or ("" if target == "HEAD" else target)
    return WriteBack(repo_url, branch, TargetKind(kind), inside)
