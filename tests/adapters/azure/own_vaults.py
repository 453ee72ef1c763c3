"""Tidegate's own vault in the sandbox, as one instance of many opens it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from sandbox.arm.entra import SandboxCredential
from sandbox.vault.server import SandboxVaults
from shared.adapters.azure.own_vault import OwnVault
from shared.adapters.azure.vault_clients import VaultClients
from shared.domain.source.outside_names import located

NAME, OTHER = "kv-tidegate", "kv-tidegate-2"
URL = f"https://{NAME}.vault.azure.net"


class OwnVaults:
    """`open` makes another instance's view; none waits between two tries."""

    def __init__(self, sandbox: SandboxVaults, stack: ExitStack) -> None:
        self.sandbox, self._stack = sandbox, stack
        self.pauses: list[float] = []

    def open(self, name: str = NAME) -> OwnVault:
        clients = VaultClients(
            SandboxCredential(self.sandbox.entra), lambda url: located(url, self.sandbox.names)
        )
        made = OwnVault(f"https://{name}.vault.azure.net", clients, self.pauses.append)
        return self._stack.enter_context(closing(made))


@contextmanager
def own_vaults(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnVaults]:
    """Two vaults, NAME and OTHER."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(SandboxVaults(folder, NAME, OTHER))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca_file))
        yield OwnVaults(sandbox, stack)
