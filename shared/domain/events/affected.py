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
    path that was read, or lies below a directory that was read or looked for.
    """
    if changed is None:
        return sorted({source.app for source in sources})
    prefixes = {"", *(prefix for path in changed for prefix in _with_parents(path))}
    return sorted({source.app for source in sources if not source.paths or prefixes & set(source.paths)})


def _with_parents(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
