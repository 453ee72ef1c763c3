"""Where tags are written."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.images.write_back import TargetKind, WriteBack, read_write_back, subject_of
from tests.domain.images.builders import REPO, application


def target(notes: dict[str, str], **source: Any) -> WriteBack | str:
    return read_write_back(application({}, **source), {"write-back-method": "git", **notes})


@pytest.mark.parametrize(
    ("text", "kind", "path"),
    [
        ("kustomization", TargetKind.KUSTOMIZATION, "apps/shop"),
        ("kustomization:../base", TargetKind.KUSTOMIZATION, "apps/base"),
        ("kustomization:/overlays/prod", TargetKind.KUSTOMIZATION, "overlays/prod"),
        ("helmvalues", TargetKind.HELM_VALUES, "apps/shop/values.yaml"),
        ("helmvalues:values.prod.yaml", TargetKind.HELM_VALUES, "apps/shop/values.prod.yaml"),
        ("helmvalues:/values/shop.yaml", TargetKind.HELM_VALUES, "values/shop.yaml"),
    ],
)
def test_a_path_begins_at_the_source_and_a_slash_at_the_root(text: str, kind: TargetKind, path: str) -> None:
    assert target({"write-back-target": text}) == WriteBack(REPO, "main", kind, path)


@pytest.mark.parametrize(
    ("notes", "revision", "branch"),
    [
        ({}, "refs/heads/release", "release"),
        ({}, "HEAD", ""),
        ({}, "", ""),
        ({"git-branch": "images"}, "main", "images"),
    ],
)
def test_the_branch_is_the_one_that_is_read_unless_another_is_named(
    notes: dict[str, str], revision: str, branch: str
) -> None:
    found = target({"write-back-target": "kustomization", **notes}, targetRevision=revision)
    assert isinstance(found, WriteBack)
    assert found.branch == branch


@pytest.mark.parametrize(
    ("notes", "text"),
    [
        ({}, "Write kustomization, or helmvalues"),
        ({"write-back-target": "helmvalues:../../../secret.yaml"}, "leaves the repository"),
        ({"write-back-target": "helmvalues:$lent/values.yaml"}, "which no source has as its ref"),
        ({"write-back-target": "kustomization", "git-branch": "main:bump-{{.SHA256}}"}, "pull requests"),
        ({"write-back-target": "kustomization", "write-back-method": ""}, "'argocd'"),
    ],
)
def test_what_cannot_be_written_says_why(notes: dict[str, str], text: str) -> None:
    found = target(notes)
    assert isinstance(found, str)
    assert text in found


def test_credentials_of_the_updater_are_left_to_our_own() -> None:
    assert isinstance(
        target({"write-back-target": "kustomization", "write-back-method": "git:repocreds"}), WriteBack
    )


def test_two_spellings_of_a_repository_are_one_line_of_work() -> None:
    assert subject_of("git@github.com:My-Org/charts", "main") == subject_of(REPO, "main")
