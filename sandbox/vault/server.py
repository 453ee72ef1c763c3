"""Key Vaults on 127.0.0.1 over TLS, with verbs to change secrets and to make the vaults misbehave."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sandbox.arm.entra import SandboxEntra
from sandbox.loopback_server import LoopbackServer
from sandbox.vault.certificates import ca_file, serving_context
from sandbox.vault.event_grid import SandboxEventGrid, new_version_event
from sandbox.vault.routes import VaultAnswer, VaultCall, VaultState, answer
from sandbox.vault.vault_content import StoredVersion, VaultContent


@dataclass(frozen=True, slots=True)
class VaultRequest:
    """One answered request. Bodies are not kept: they hold values."""

    method: str
    vault: str
    path: str
    status: int


class SandboxVaults:
    """Started by `with`. People write a vault as https://NAME.vault.azure.net: `names` says where that is.

    `folder` gets the certificate of the authority, `ca_file`, by which clients know the server.
    `requests` holds every request, oldest first; `events` is Event Grid.
    """

    def __init__(self, folder: Path, *names: str, entra: SandboxEntra | None = None) -> None:
        self.entra = entra or SandboxEntra()
        self.events = SandboxEventGrid()
        self.requests: list[VaultRequest] = []
        vaults = {name: VaultContent(name, self.entra.clock) for name in names}
        self._state = VaultState(self.entra, vaults, created=self._created)
        self._context = serving_context(folder)
        self.ca_file = ca_file(folder)
        self._server: _Server | None = None

    def start(self, port: int = 0) -> Self:
        """Listen; port 0 takes a free one. Raises OSError when the port is taken."""
        self._server = _Server(port, self)
        self._server.socket = self._context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self._server.begin("sandbox-vault")
        self.events.start()
        return self

    def close(self) -> None:
        """Stop listening and hang up."""
        if self._server is not None:
            self._server.end()
            self.events.stop()
            self._server = None

    @property
    def names(self) -> dict[str, str]:
        """What people write → where it is, one entry a vault."""
        if self._server is None:
            raise RuntimeError("the sandbox vaults are not running: call start()")
        url = f"https://127.0.0.1:{self._server.server_port}"
        return {vault.url: url for vault in self._state.vaults.values()}

    def set(self, vault: str, name: str, value: str, **attributes: Any) -> StoredVersion:
        """Add a version as a person would in the portal; Event Grid tells of it."""
        content = self._state.vaults[vault]
        version = content.put(name, value, **attributes)
        self._created(content, name, version)
        return version

    def change(self, vault: str, name: str, **attributes: Any) -> None:
        """Change enabled, expires, not_before or tags of a `version`, else of the latest: no event tells."""
        self._state.vaults[vault].change(name, **attributes)

    def delete(self, vault: str, name: str) -> None:
        """Soft-delete: no event tells."""
        self._state.vaults[vault].delete(name)

    def recover(self, vault: str, name: str) -> None:
        self._state.vaults[vault].recover(name)

    def purge(self, vault: str, name: str) -> None:
        """Remove a deleted one for good, as time does."""
        self._state.vaults[vault].purge(name)

    def settle_after(self, requests: int) -> None:
        """How many requests about a secret still meet it on its way, when one has deleted or recovered it."""
        self._state.settling = requests

    def refuse(self, what: str) -> None:
        """Take the role from us (rbac), only that of listing (list), close the firewall; "" allows all."""
        self._state.refused = what

    def throttle(self, times: int, retry_after_seconds: int = 1) -> None:
        """Answer the next requests with 429."""
        self._state.throttled, self._state.retry_after_seconds = times, retry_after_seconds

    def break_down(self, *, broken: bool = True) -> None:
        """Answer everything with 503, or work again."""
        self._state.broken = broken

    def versions(self, vault: str, name: str) -> list[StoredVersion]:
        """Of one that is not deleted, oldest first."""
        return list(self._state.vaults[vault].versions.get(name.lower(), ()))

    def asked(self, path: str, status: int = 200) -> int:
        """How many requests for this path were answered so."""
        return sum((each.path, each.status) == (path, status) for each in self.requests)

    def answer(self, call: VaultCall) -> VaultAnswer:
        found = answer(self._state, call)
        self.requests.append(VaultRequest(call.method, call.vault, call.path, found.status))
        return found

    def _created(self, vault: VaultContent, name: str, version: StoredVersion) -> None:
        self.events.send(new_version_event(vault, name, version))

    def __enter__(self) -> Self:
        return self if self._server is not None else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server(LoopbackServer):
    def __init__(self, port: int, vaults: SandboxVaults) -> None:
        self.vaults = vaults
        super().__init__(port, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        found = self.server.vaults.answer(VaultCall.of(self.command, self.path, headers, body))
        data = json.dumps(found.body).encode() if found.status != 204 else b""
        self.send_response(found.status)
        for name, value in found.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815  (the library's spelling)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
