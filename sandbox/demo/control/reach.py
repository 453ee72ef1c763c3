"""What the verbs can touch, and what each of them gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.demo.control.applications import Applications
from sandbox.demo.control.effect import Step
from sandbox.demo.control.history import History
from sandbox.demo.control.request_fields import RequestFields
from sandbox.git.committer import WorkingCopy
from sandbox.git.server import SandboxGit
from sandbox.registry.server import SandboxRegistry
from sandbox.vault.server import SandboxVaults
from shared.ports.cluster_connector import Cluster


@dataclass(frozen=True, slots=True)
class Reach:
    """The world of the demo. `copy` is the verbs' own; `vault` is the name of the vault that they write."""

    git: SandboxGit
    history: History
    copy: WorkingCopy
    registry: SandboxRegistry
    vaults: SandboxVaults
    vault: str
    cluster: Cluster
    applications: Applications

    def push_events(self) -> int:
        """How many pushes Tidegate has taken so far."""
        taken = [each for each in self.git.deliveries if each.event == "push" and 200 <= each.status < 300]
        return len(taken)


@dataclass(frozen=True, slots=True)
class Done:
    """`sentence` says what was done; `steps` what it leads to; `names` are the applications it is for.

    `details` go into the answer as they are.
    """

    sentence: str
    names: Sequence[str]
    steps: Sequence[Step]
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verb:
    """`fields` maps what a request may say to what it means. `run` raises RefusedError."""

    name: str
    text: str
    fields: Mapping[str, str]
    run: Callable[[Reach, RequestFields], Done]
