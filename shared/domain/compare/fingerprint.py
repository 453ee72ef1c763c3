"""Short names for "this object, as it is now", so that nothing is compared twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

import msgspec

from shared.domain.compare.object_diff import comparable
from shared.domain.manifests.manifest import Manifest, metadata_of

_SIZE_BYTES = 16
_VOLATILE = {"resourceVersion", "generation", "selfLink", "creationTimestamp", "managedFields"}


def fingerprint(live: Manifest | bytes, uid: str = "", *, key: bytes = b"") -> str:
    """Return 32 hex digits that change when anything but status, times and resourceVersion does.

    Args:
        live: the decoded object, or its JSON as the server sent it (about five times faster: the parts are
            hashed as they are). The two forms of one object have different fingerprints: keep to one form.
        uid: metadata.uid; "" = read it from the object.
        key: makes it a keyed hash, of no use without the key; for Secrets. At most 64 bytes.

    Who owns a field is part of it (half (c) of the comparison depends on it), when it was written is not.
    """
    known, parts = _raw_parts(live) if isinstance(live, bytes) else _parts(live)
    digest = blake2b((uid or known).encode(), digest_size=_SIZE_BYTES, key=key)
    for name in sorted(parts):
        digest.update(b"\0" + name.encode() + b"\0" + parts[name])
    return digest.hexdigest()


def desired_hash(
    desired: Manifest, *, ignored: Sequence[str] = (), managers: Iterable[str] = (), key: bytes = b""
) -> str:
    """Return 32 hex digits for what git says of an object and for the rules under which it is compared."""
    rules = [desired.get("apiVersion"), comparable(desired), sorted(ignored), sorted(managers)]
    return blake2b(_canonical(rules), digest_size=_SIZE_BYTES, key=key).hexdigest()


def verdict_key(desired: str, live: str) -> str:
    """The name under which a verdict is kept: `desired_hash` and `fingerprint` of one object."""
    return f"{desired}-{live}"


class _Owner(msgspec.Struct):
    """One entry of managedFields without its time."""

    manager: str = ""
    operation: str = ""
    api_version: str = msgspec.field(default="", name="apiVersion")
    subresource: str = ""
    fields: msgspec.Raw = msgspec.field(default=msgspec.Raw(b"{}"), name="fieldsV1")


_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_OWNERS = msgspec.json.Decoder(list[_Owner] | None)
_TEXT = msgspec.json.Decoder(str)


def _parts(live: Manifest) -> tuple[str, dict[str, bytes]]:
    """Return the uid and the parts that count, by their names."""
    metadata = metadata_of(live)
    parts = {name: _canonical(value) for name, value in live.items() if name not in ("status", "metadata")}
    kept = {name: value for name, value in metadata.items() if name not in _VOLATILE}
    owners = [
        [entry.get("manager"), entry.get("operation"), entry.get("apiVersion"), entry.get("fieldsV1")]
        for entry in metadata.get("managedFields") or []
        if isinstance(entry, dict) and entry.get("subresource") != "status"
    ]
    return str(metadata.get("uid") or ""), {**parts, "metadata": _canonical([kept, owners])}


def _raw_parts(body: bytes) -> tuple[str, dict[str, bytes]]:
    raw = _OBJECT.decode(body)
    metadata = _OBJECT.decode(raw.pop("metadata", msgspec.Raw(b"{}")))
    uid = _TEXT.decode(metadata["uid"]) if "uid" in metadata else ""
    parts = {name: bytes(raw[name]) for name in raw if name not in ("status", "apiVersion", "kind")}
    parts |= {f"metadata.{name}": bytes(metadata[name]) for name in metadata if name not in _VOLATILE}
    owners = _OWNERS.decode(metadata.get("managedFields", msgspec.Raw(b"[]"))) or []
    who = (
        f"{o.manager} {o.operation} {o.api_version} ".encode() + o.fields
        for o in owners
        if o.subresource != "status"
    )
    return uid, {**parts, "owners": b"\n".join(who)}


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
