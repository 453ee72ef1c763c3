"""The ExternalSecret: which keys of a Secret come from where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Self

from shared.domain.manifests.manifest import Manifest
from shared.domain.secrets.secret_store import CLUSTER_STORE, STORE, check_version
from shared.domain.specs.fields import Fields
from shared.domain.specs.go_duration import parse_duration

KIND = "ExternalSecret"
_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")
_NAME = re.compile(r"[0-9A-Za-z-]{1,127}")
_HOUR = timedelta(hours=1)
_DECODINGS = ("", "None", "Base64", "Base64URL", "Auto")
# of the spec, of its target and of an entry: what is there in External Secrets, and not here yet
_WAITING = ("dataFrom", "syncWindows")
_WAITING_TARGET = ("template", "manifest")
_WAITING_ENTRY = ("sourceRef",)


class CreationPolicy(StrEnum):
    OWNER = "Owner"
    ORPHAN = "Orphan"
    MERGE = "Merge"
    CREATE_OR_MERGE = "CreateOrMerge"
    NONE = "None"


class RefreshPolicy(StrEnum):
    PERIODIC = "Periodic"
    ON_CHANGE = "OnChange"
    CREATED_ONCE = "CreatedOnce"


@dataclass(frozen=True, slots=True)
class RemoteEntry:
    """One key of the Secret. `name` is the secret in the vault, in lower case; `version` "" is the latest.

    `path` leads to a value inside of its JSON, "" is the whole text.
    """

    key: str
    name: str
    version: str = ""
    path: str = ""
    decoding: str = ""

    @property
    def source(self) -> str:
        """What is read for it: the name, with the version where one is pinned."""
        return f"{self.name}/{self.version}" if self.version else self.name


@dataclass(frozen=True, slots=True)
class ExternalSecret:
    """An external-secrets.io ExternalSecret as read, its defaults filled in.

    `store` is (kind, name). `interval` zero or less: read once.
    """

    namespace: str
    name: str
    store: tuple[str, str]
    target: str
    entries: tuple[RemoteEntry, ...]
    creation: CreationPolicy = CreationPolicy.OWNER
    refresh: RefreshPolicy = RefreshPolicy.PERIODIC
    interval: timedelta = _HOUR
    immutable: bool = False

    @classmethod
    def parse(cls, manifest: Manifest) -> Self:
        """Raises InvalidSpecError with the field to mend, also for what is not built yet.

        Source: External Secrets Operator's ExternalSecretSpec with the defaults of its CRD.
        """
        metadata = Fields(KIND, "metadata", manifest.get("metadata") or {})
        namespace, name = metadata.text("namespace"), metadata.text("name")
        whole = Fields(f"{KIND} {namespace}/{name}", "", manifest)
        check_version(whole)
        spec = whole.child("spec")
        _refuse(spec, _WAITING)
        target = spec.child("target")
        _refuse(target, _WAITING_TARGET)
        creation = CreationPolicy(_chosen(target, "creationPolicy", tuple(CreationPolicy), "Owner"))
        if _chosen(target, "deletionPolicy", ("Retain", "Delete", "Merge"), "Retain") != "Retain":
            raise target.error("deletionPolicy", "other than Retain is not built yet", "Write Retain")
        return cls(
            namespace,
            name,
            _store(spec),
            target.text("name") or name,
            _entries(spec),
            creation,
            RefreshPolicy(_chosen(spec, "refreshPolicy", tuple(RefreshPolicy), "Periodic")),
            _interval(spec),
            target.flag("immutable"),
        )

    @property
    def followed(self) -> frozenset[str]:
        """The secrets of the vault whose latest version it uses: a pinned version does not change."""
        return frozenset(entry.name for entry in self.entries if not entry.version)

    @property
    def periodic(self) -> bool:
        """Whether a change in the vault is followed. Source: External Secrets' shouldRefresh."""
        return self.refresh is RefreshPolicy.PERIODIC and self.interval > timedelta(0)


def _store(spec: Fields) -> tuple[str, str]:
    ref = spec.child("secretStoreRef")
    name, kind = ref.text("name"), ref.text("kind") or STORE
    if not name:
        raise ref.error("name", "is missing", "Name the store that the values come from")
    if kind not in (STORE, CLUSTER_STORE):
        raise ref.error("kind", f"is {kind!r}", f"Write {STORE} or {CLUSTER_STORE}")
    return kind, name


def _entries(spec: Fields) -> tuple[RemoteEntry, ...]:
    entries = tuple(_entry(each) for each in spec.children("data"))
    if not entries:
        raise spec.error("data", "is missing or empty", "Name at least one key and where it comes from")
    keys = [entry.key for entry in entries]
    if doubled := sorted({key for key in keys if keys.count(key) > 1}):
        raise spec.error("data", f"has the secretKey {doubled[0]!r} twice", "Keep one of them")
    return entries


def _entry(fields: Fields) -> RemoteEntry:
    _refuse(fields, _WAITING_ENTRY)
    key, remote = fields.text("secretKey"), fields.child("remoteRef")
    if not _KEY.fullmatch(key):
        raise fields.error("secretKey", f"is {key!r}", "Use letters, digits, '-', '_' and '.', at most 253")
    if _chosen(remote, "metadataPolicy", ("None", "Fetch"), "None") == "Fetch":
        raise remote.error("metadataPolicy", "Fetch is not built yet", "Leave it out")
    if remote.text("nullBytePolicy") not in ("", "Ignore"):
        raise remote.error("nullBytePolicy", "is not built yet", "Leave it out")
    decoding = _chosen(remote, "decodingStrategy", _DECODINGS, "")
    name = _vault_key(remote)
    return RemoteEntry(key, name, remote.text("version"), remote.text("property"), decoding)


def _vault_key(remote: Fields) -> str:
    """`[secret/]NAME`. Source: External Secrets, Azure provider (getObjType)."""
    kind, slash, rest = remote.text("key").partition("/")
    name = rest.partition("/")[0] if slash else kind
    if slash and kind in ("key", "cert"):
        raise remote.error("key", f"of the type {kind}/ is not built yet", "Only secrets are read")
    if (slash and kind != "secret") or not _NAME.fullmatch(name):
        raise remote.error("key", "is no name in a vault", "Use letters, digits and dashes, at most 127")
    return name.lower()


def _interval(spec: Fields) -> timedelta:
    text = spec.text("refreshInterval")
    try:
        return parse_duration(text) if text else _HOUR
    except ValueError as error:
        raise spec.error("refreshInterval", "is no duration", "Write for example 1h or 30s") from error


def _chosen(fields: Fields, name: str, choices: tuple[str, ...], default: str) -> str:
    found = fields.text(name) or default
    if found not in choices:
        known = ", ".join(str(each) for each in choices if each)
        raise fields.error(name, f"is {found!r}", f"Write one of {known}")
    return found


def _refuse(fields: Fields, names: tuple[str, ...]) -> None:
    for name in names:
        if fields.data.get(name):
            hint = "Write it without, or leave this object to External Secrets Operator for now"
            raise fields.error(name, "is not built yet", hint)
