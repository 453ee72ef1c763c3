"""URLs of Key Vault's REST interface → answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any, NoReturn
from urllib.parse import parse_qs, quote, urlsplit

from sandbox.arm.entra import SandboxEntra
from sandbox.arm.managed_cluster import TENANT
from sandbox.vault.vault_content import StoredVersion, VaultContent

RESOURCE = "https://vault.azure.net"
PAGE = 25
_CHALLENGE = f'Bearer authorization="https://login.microsoftonline.com/{TENANT}", resource="{RESOURCE}"'
_PATH = re.compile(r"/(secrets|deletedsecrets)(?:/([0-9A-Za-z-]{1,127}))?(?:/([0-9a-z]+))?/?")
_RBAC = (
    "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or "
    "role definitions were changed recently, please observe propagation time."
)
_FIREWALL = "Client address is not authorized and caller is not a trusted service."
# Source: what the service answered to users of its SDKs, and azure-sdk-for-js's recorded answers
_CONFLICTS = {
    "ObjectIsDeletedButRecoverable": "Secret {} is currently in a deleted but recoverable state, and its "
    "name cannot be reused; in this state, the secret can only be recovered or purged.",
    "ObjectIsBeingDeleted": "Secret {} is currently being deleted and cannot be re-created; retry later.",
    "ObjectIsBeingRecovered": "Secret {} is currently being recovered and cannot be re-created; retry later.",
}
_THROTTLED = (
    "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached"
)


@dataclass(frozen=True, slots=True)
class VaultAnswer:
    status: int
    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VaultCall:
    """One request. `vault` is the name in the Host header."""

    method: str
    vault: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @classmethod
    def of(cls, method: str, url: str, headers: Mapping[str, str], body: bytes) -> VaultCall:
        """Header names are lower case."""
        address = urlsplit(url)
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        vault = headers.get("host", "").partition(".")[0].lower()
        return cls(method, vault, address.path, query, headers, json.loads(body) if body else {})


class RefusalError(Exception):
    """An answer that is no success, in Key Vault's form `{"error": {"code", "message", "innererror"}}`."""

    def __init__(self, status: int, code: str, message: str, inner: str = "", **headers: str) -> None:
        super().__init__(message)
        error: dict[str, Any] = {"code": code, "message": message}
        if inner:
            error["innererror"] = {"code": inner}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = VaultAnswer(status, {"error": error}, named)


@dataclass(slots=True)
class VaultState:
    """What the routes know. `refused` is "", rbac, list (only listing is refused) or firewall.

    `created` is told of each new version: (vault, name, version). Deleting and recovering by a request is
    done when `settling` more requests about the secret have met it on its way: the service takes seconds.
    """

    entra: SandboxEntra
    vaults: dict[str, VaultContent] = field(default_factory=dict)
    refused: str = ""
    throttled: int = 0
    retry_after_seconds: int = 1
    broken: bool = False
    settling: int = 1
    lock: Lock = field(default_factory=Lock)
    created: Callable[[VaultContent, str, StoredVersion], None] = lambda *_: None


def answer(state: VaultState, call: VaultCall) -> VaultAnswer:
    """Answer one request, one after the other."""
    try:
        with state.lock:
            vault = _vault(state, call)
            _require_entry(state, call)
            return _routed(state, vault, call)
    except RefusalError as refusal:
        return refusal.answer


def _vault(state: VaultState, call: VaultCall) -> VaultContent:
    vault = state.vaults.get(call.vault)
    if vault is None:
        raise RefusalError(404, "ResourceNotFound", f"There is no vault {call.vault} in the sandbox")
    return vault


def _require_entry(state: VaultState, call: VaultCall) -> None:
    if state.broken:
        raise RefusalError(503, "ServiceUnavailable", "The service is unavailable")
    kind, _, token = call.headers.get("authorization", "").partition(" ")
    if kind != "Bearer" or not state.entra.accepts(token, RESOURCE):
        message = "AKV10000: Request is missing a Bearer or PoP token."
        raise RefusalError(401, "Unauthorized", message, WWW_Authenticate=_CHALLENGE)
    if state.throttled:
        state.throttled -= 1
        raise RefusalError(429, "Throttled", _THROTTLED, Retry_After=str(state.retry_after_seconds))
    if "api-version" not in call.query:
        raise RefusalError(400, "BadParameter", "The request URI is invalid: api-version is missing")
    if state.refused == "firewall":
        raise RefusalError(403, "Forbidden", _FIREWALL, "ForbiddenByFirewall")
    if state.refused == "rbac" or (state.refused == "list" and call.path.rstrip("/") == "/secrets"):
        raise RefusalError(403, "Forbidden", _RBAC, "ForbiddenByRbac")


def _routed(state: VaultState, vault: VaultContent, call: VaultCall) -> VaultAnswer:
    found = _PATH.fullmatch(call.path)
    if found is None:
        raise RefusalError(404, "NotFound", f"There is no {call.path} in the sandbox")
    kind, name, rest = found[1], found[2] or "", found[3] or ""
    if kind == "deletedsecrets":
        return _deleted(state, vault, call.method, name, rest)
    verbs: dict[tuple[str, bool], Callable[[], VaultAnswer]] = {
        ("GET", False): lambda: _listing(vault, call),
        ("GET", True): lambda: _read(vault, call, name, rest),
        ("PUT", True): lambda: _put(state, vault, call, name),
        ("PATCH", True): lambda: _changed(vault, call, name, rest),
        ("DELETE", True): lambda: _delete(state, vault, name),
    }
    verb = verbs.get((call.method, bool(name)))
    if verb is None:
        raise RefusalError(405, "MethodNotAllowed", f"{call.method} is not allowed here")
    return verb()


def _read(vault: VaultContent, call: VaultCall, name: str, rest: str) -> VaultAnswer:
    if rest == "versions":
        versions = vault.versions.get(name.lower(), [])
        if not versions:
            _absent(name)
        return _page(vault, call, [each.described(vault.url_of(name, each.id)) for each in versions])
    found = vault.find(name, rest)
    if found is None or vault.is_moving(name):
        _absent(name)
    if not found.enabled:
        raise RefusalError(
            403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled"
        )
    if found.not_before is not None and found.not_before > vault.clock.now():
        message = "Operation get is not allowed on a secret that is not yet valid."
        raise RefusalError(403, "Forbidden", message, "SecretNotYetValid")
    return _bundle(vault, name, found)


def _bundle(vault: VaultContent, name: str, found: StoredVersion) -> VaultAnswer:
    return VaultAnswer(200, {"value": found.value, **found.described(vault.url_of(name, found.id))})


def _listing(vault: VaultContent, call: VaultCall) -> VaultAnswer:
    """Latest versions, without their versions' names, in order."""
    latest = [
        versions[-1].described(vault.url_of(name))
        for name, versions in sorted(vault.versions.items())
        if not vault.moving.get(name)
    ]
    return _page(vault, call, latest)


def _page(vault: VaultContent, call: VaultCall, items: list[dict[str, Any]]) -> VaultAnswer:
    """The service answers at most 25, whatever is asked for; its links name the port."""
    size = min(int(call.query.get("maxresults", PAGE)), PAGE)
    start = int(call.query.get("$skiptoken", "0"))
    body: dict[str, Any] = {"value": items[start : start + size], "nextLink": None}
    if start + size < len(items):
        version = quote(call.query["api-version"])
        link = f"{call.path}?api-version={version}&$skiptoken={start + size}&maxresults={size}"
        body["nextLink"] = f"{vault.url}:443{link}"
    return VaultAnswer(200, body)


def _put(state: VaultState, vault: VaultContent, call: VaultCall, name: str) -> VaultAnswer:
    deleted = name.lower() in vault.deleted
    if vault.is_moving(name):
        _conflict(name, "ObjectIsBeingDeleted" if deleted else "ObjectIsBeingRecovered")
    if deleted:
        _conflict(name, "ObjectIsDeletedButRecoverable")
    try:
        version = vault.put(name, str(call.body["value"]), **_attributes(call.body))
    except ValueError as error:
        raise RefusalError(400, "BadParameter", str(error)) from error
    state.created(vault, name, version)
    return _bundle(vault, name, version)


def _changed(vault: VaultContent, call: VaultCall, name: str, rest: str) -> VaultAnswer:
    if vault.find(name, rest) is None:
        _absent(name)
    found = vault.change(name, rest, **_attributes(call.body))
    return VaultAnswer(200, found.described(vault.url_of(name, found.id)))


def _attributes(body: Mapping[str, Any]) -> dict[str, Any]:
    given = body.get("attributes") or {}
    found: dict[str, Any] = {"enabled": given["enabled"]} if "enabled" in given else {}
    for ours, theirs in (("not_before", "nbf"), ("expires", "exp")):
        if given.get(theirs) is not None:
            found[ours] = datetime.fromtimestamp(given[theirs], UTC)
    for ours, theirs in (("content_type", "contentType"), ("tags", "tags")):
        if body.get(theirs) is not None:
            found[ours] = body[theirs]
    return found


def _delete(state: VaultState, vault: VaultContent, name: str) -> VaultAnswer:
    if vault.find(name) is None:
        _absent(name)
    if vault.is_moving(name):
        _conflict(name, "ObjectIsBeingRecovered")
    vault.delete(name)
    vault.moving[name.lower()] = state.settling
    return _deleted_bundle(vault, name)


def _deleted(state: VaultState, vault: VaultContent, method: str, name: str, rest: str) -> VaultAnswer:
    if name.lower() not in vault.deleted:
        _absent(name)
    if vault.is_moving(name):
        if method == "GET":
            _absent(name)
        _conflict(name, "ObjectIsBeingDeleted")
    if method == "POST" and rest == "recover":
        vault.recover(name)
        vault.moving[name.lower()] = state.settling
        latest = vault.versions[name.lower()][-1]
        return VaultAnswer(200, latest.described(vault.url_of(name, latest.id)))
    if method == "DELETE":
        vault.purge(name)
        return VaultAnswer(204, {})
    return _deleted_bundle(vault, name)


def _deleted_bundle(vault: VaultContent, name: str) -> VaultAnswer:
    latest = vault.deleted[name.lower()][-1]
    extra = {"recoveryId": f"{vault.url}/deletedsecrets/{name}"}
    return VaultAnswer(200, {**latest.described(vault.url_of(name, latest.id)), **extra})


def _conflict(name: str, code: str) -> NoReturn:
    raise RefusalError(409, "Conflict", _CONFLICTS[code].format(name), code)


def _absent(name: str) -> NoReturn:
    message = (
        f"A secret with (name/id) {name} was not found in this key vault. If you recently deleted this "
        "secret you may be able to recover it using the correct recovery command."
    )
    raise RefusalError(404, "SecretNotFound", message)
