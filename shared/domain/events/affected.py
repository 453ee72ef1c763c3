"""Which applications a push touches, by the paths that their last render read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from shared.domain.specs.app_ref import AppRef


@dataclass(frozen=True, slots=True)
class TrackedSource:
    """One source of an application. `paths` are the files and directories its last render looked at,
    found or not; none means that any change of the repository may matter.
    """

    app: AppRef
    target_revision: str
    paths: tuple[str, ...]


def affected(sources: Iterable[TrackedSource], changed: Collection[str] | None) -> list[AppRef]:
    """Return the applications that a change of these files may touch, in order, each once.

    None for `changed` means that nobody knows: then all are. A changed file touches a source when it is a
    path that was read or looked for, or lies below a directory that was, or above one: a path that is a
    symbolic link now may lead to what was not found.
    """
    if changed is None:
        return sorted({source.app for source in sources})
    files = {path.strip("/") for path in changed}
    prefixes = {prefix for path in files for prefix in _with_parents(path)}
    return sorted({source.app for source in sources if _touched(source, files, prefixes)})


def _touched(source: TrackedSource, files: Collection[str], prefixes: Collection[str]) -> bool:
    """`prefixes` are the files and every directory that they lie in; the root, "", is always one."""
    return not source.paths or any(
        path in ("", ".") or path in prefixes or any(parent in files for parent in _with_parents(path))
        for path in source.paths
    )


def _with_parents(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
