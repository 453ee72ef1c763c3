"""spec.syncPolicy of an Application."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from shared.domain.specs.fields import Fields, is_whole_number
from shared.domain.specs.go_duration import parse_duration
from shared.domain.specs.sync_options import SyncOptions


@dataclass(frozen=True, slots=True)
class Automated:
    """Auto-sync is on. `allow_empty` lets it prune the last object of the Application."""

    prune: bool = False
    self_heal: bool = False
    allow_empty: bool = False


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How a failed sync is tried again: the wait is `duration * factor ** failures`, at most `max_duration`.

    `limit` counts retries: 0 = none, below 0 = without end. A `max_duration` of zero is no ceiling.
    `refresh` takes the newest revision at each retry.

    Source: Argo CD RetryStrategy and Backoff (pkg/apis/application/v1alpha1/types.go).
    """

    limit: int = 0
    duration: timedelta = timedelta(seconds=5)
    factor: int = 2
    max_duration: timedelta = timedelta(minutes=3)
    refresh: bool = False

    @classmethod
    def parse(cls, fields: Fields) -> Self:
        default, backoff = cls(), fields.child("backoff")
        factor = backoff.whole_number("factor", default.factor)
        if factor < 0:
            raise backoff.error("factor", "is negative", "Write 1 for equal waits, 2 to double them")
        return cls(
            fields.whole_number("limit", default.limit),
            _duration(backoff, "duration", default.duration),
            factor,
            _duration(backoff, "maxDuration", default.max_duration),
            fields.flag("refresh"),
        )


@dataclass(frozen=True, slots=True)
class NamespaceMetadata:
    """Labels and annotations of the namespace that CreateNamespace=true creates."""

    labels: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SyncPolicy:
    """`automated` is None while auto-sync is off, `retry` while the manifest says nothing of it."""

    automated: Automated | None = None
    options: SyncOptions = SyncOptions()
    retry: RetryPolicy | None = None
    managed_namespace_metadata: NamespaceMetadata | None = None

    @classmethod
    def parse(cls, fields: Fields) -> Self:
        metadata = fields.child("managedNamespaceMetadata")
        return cls(
            _automated(fields),
            SyncOptions(fields.texts("syncOptions")),
            RetryPolicy.parse(fields.child("retry")) if fields.has("retry") else None,
            NamespaceMetadata(metadata.text_map("labels"), metadata.text_map("annotations"))
            if fields.has("managedNamespaceMetadata")
            else None,
        )


def _automated(fields: Fields) -> Automated | None:
    automated = fields.child("automated")
    policy = Automated(automated.flag("prune"), automated.flag("selfHeal"), automated.flag("allowEmpty"))
    return policy if fields.has("automated") and automated.flag("enabled", default=True) else None


def _duration(fields: Fields, name: str, default: timedelta) -> timedelta:
    """A Go duration. A number without quotes is taken as well, though the CRD would refuse it."""
    value = fields.data.get(name)
    text = str(value) if is_whole_number(value) else fields.text(name)
    if not text:
        return default
    try:
        duration = parse_duration(text)
    except ValueError as error:
        raise fields.error(name, f"says {text!r}, which is no duration", "Write 5s, 3m or 1h30m") from error
    if duration < timedelta(0):
        raise fields.error(name, f"is negative: {text!r}", "Write 5s, 3m or 1h30m")
    return duration
