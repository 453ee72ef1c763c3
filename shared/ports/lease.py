"""Port: one holder at a time, with a fencing number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Lease:
    """A held lease. `epoch` grows with every acquisition of the same name: writes are fenced with it."""

    name: str
    holder: str
    epoch: int


class Leases(Protocol):
    """Adapters: sqlite, memory, Azure blob leases. Durations are 15 to 60 seconds.

    Every method raises UnavailableError when the store cannot be reached.
    """

    def acquire(self, name: str, seconds: int = 60) -> Lease | None:
        """Take the lease, or return None while another holder has it."""
        ...

    def renew(self, lease: Lease) -> bool:
        """Prolong it by its first duration. False: it was lost; stop writing."""
        ...

    def release(self, lease: Lease) -> None:
        """Give it back; no error if it was lost already."""
        ...
