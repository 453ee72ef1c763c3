"""The Key Vault of the demo, with what the user's ExternalSecret asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.arm.server import SandboxArm
from sandbox.vault.event_grid import webhook
from sandbox.vault.server import SandboxVaults

VAULT = "ai-app-kv"
API_KEY, DATABASE = "openai-api-key", "db-connection-string"
_SECRET = "demo-event-grid-secret"  # noqa: S105 the demo listens on loopback


@dataclass(frozen=True, slots=True)
class DemoVaults:
    """`settings` belong to Tidegate's environment; `vaults.names` to TIDEGATE_NAMES."""

    vaults: SandboxVaults

    @property
    def settings(self) -> Mapping[str, str]:
        return {
            "TIDEGATE_EVENT_GRID_SECRETS": _SECRET,
            "REQUESTS_CA_BUNDLE": str(self.vaults.ca_file),
        }

    def connect(self, url: str) -> None:
        """Subscribe Tidegate to the vault's events."""
        self.vaults.events.unsubscribe_all()
        self.vaults.events.subscribe(webhook(f"{url}/api/eventgrid", _SECRET))


@contextmanager
def demo_vaults(folder: Path, azure: SandboxArm) -> Iterator[DemoVaults]:
    """Start the vault. The identity that `azure` gives may read every secret."""
    with SandboxVaults(folder, VAULT, entra=azure.entra) as vaults:
        vaults.set(VAULT, API_KEY, "sk-demo-0")
        vaults.set(VAULT, DATABASE, "postgres://ai-app@db/production")
        yield DemoVaults(vaults)
