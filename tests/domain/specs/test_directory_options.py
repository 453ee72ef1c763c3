"""Which plain files count."""

from __future__ import annotations

from typing import Any

from shared.domain.specs.directory_options import DirectoryOptions
from shared.domain.specs.fields import Fields


def parsed(**data: Any) -> DirectoryOptions:
    return DirectoryOptions.parse(Fields("Application argocd/shop", "spec.source.directory", data))


def test_nothing_said_is_one_folder_without_globs() -> None:
    assert parsed() == DirectoryOptions(recurse=False, include="", exclude="")


def test_every_option_is_read() -> None:
    assert parsed(recurse=True, include="*.yaml", exclude="x/*", jsonnet={"libs": ["a"]}) == DirectoryOptions(
        True, "*.yaml", "x/*", {"libs": ["a"]}
    )
