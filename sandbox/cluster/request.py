"""What a client asks for, read from the URL and headers by the routes and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.cluster.kinds import Kind


@dataclass(frozen=True, slots=True)
class Target:
    """A collection (name "") or an object, with the subresource ("" for the object itself)."""

    kind: Kind
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return (self.namespace, self.name)


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """Query options of a write. `strict` is fieldValidation=Strict; `dropped` takes the unknown fields."""

    manager: str = "unknown"
    dry_run: bool = False
    force: bool = False
    strict: bool = False
    dropped: list[str] = field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """Query and body of a DELETE. `propagation` "" is the kind's default; `grace_seconds` None likewise."""

    propagation: str = ""
    uid: str = ""
    resource_version: str = ""
    dry_run: bool = False
    grace_seconds: int | None = None
