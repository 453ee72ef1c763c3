"""What the manifest tool answers."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain.manifests.manifest import Manifest


@dataclass(frozen=True, slots=True)
class ReadSet:
    """Everything that a render looked at, as `(repo_url, path) -> object id`.

    A file's id is its blob, a listed directory's id is its tree, and "" stands for a path that was looked
    for and is absent. A tree that has the same ids at these paths renders to the same objects.
    """

    entries: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Objects in the order of the tool, before namespaces, tracking and duplicates are seen to."""

    objects: tuple[Manifest, ...]
    read_set: ReadSet
