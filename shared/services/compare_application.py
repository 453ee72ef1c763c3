"""Desired state against live state, confirmed by the server where the two seem to differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from shared.domain.compare.adoption import ADOPTED_MANAGERS
from shared.domain.compare.comparison import Comparison, ResourceDiff
from shared.domain.compare.dry_run_verdict import differs
from shared.domain.compare.fingerprint import desired_hash, fingerprint, verdict_key
from shared.domain.compare.ignored_fields import (
    ignored_managers,
    ignored_pointers,
    without_fields_of,
    without_ignored,
)
from shared.domain.compare.object_diff import suspect_paths
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.application import Application
from shared.errors import InvalidRequestError, NotFoundError, PermissionDeniedError
from shared.ports.cluster_objects import ClusterObjects
from shared.ports.sealing import Sealing
from shared.services.served_types import ServedTypes

_SYNCED, _MODIFIED, _UNCONFIRMED = "synced", "modified", "unconfirmed"


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a comparison. `tracked` are the objects that we applied before: they may be pruned.

    `verified` maps an object to the verdict that the server gave for it, so that it is asked once.
    """

    desired: Mapping[ResourceKey, Manifest]
    hosted: frozenset[ResourceKey]
    live: Mapping[ResourceKey, Manifest]
    tracked: frozenset[ResourceKey]
    verified: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """`verified` replaces the one of the Sides: verdicts of objects that are gone are dropped."""

    comparison: Comparison
    verified: dict[str, str]


class CompareApplication:
    """Raises UnavailableError when the cluster does not answer a dry run."""

    def __init__(self, sealing: Sealing) -> None:
        self._key = bytes.fromhex(sealing.fingerprint(b"verdicts"))

    def __call__(
        self,
        app: Application,
        sides: Sides,
        objects: ClusterObjects,
        types: ServedTypes,
        revisions: tuple[str, ...],
    ) -> Compared:
        verified: dict[str, str] = {}
        diffs = []
        for key, desired in sides.desired.items():
            diff = ResourceDiff(key, desired, sides.live.get(key), hosted=key in sides.hosted)
            if diff.live is not None:
                diff = self._judged(app, diff, sides, objects, types, verified)
            diffs.append(diff)
        diffs += _surplus(sides)
        return Compared(Comparison(revisions, tuple(diffs)), verified)

    def _judged(
        self,
        app: Application,
        diff: ResourceDiff,
        sides: Sides,
        objects: ClusterObjects,
        types: ServedTypes,
        verified: dict[str, str],
    ) -> ResourceDiff:
        if diff.hosted:
            return replace(diff, modified=_hosted_differs(diff))
        judge = _Judge(app, diff, objects, types)
        if not judge.suspects():
            return diff
        name = verdict_key(
            desired_hash(judge.desired, ignored=judge.pointers, key=self._key),
            fingerprint(judge.live, key=self._key),
        )
        before, _, verdict = sides.verified.get(str(diff.key), "").partition(":")
        if before != name:
            verdict = judge.ask()
        verified[str(diff.key)] = f"{name}:{verdict}"
        kind, _, webhook = verdict.partition(" ")
        return replace(diff, modified=kind != _SYNCED, unconfirmed=webhook)


class _Judge:
    """One object that exists on both sides."""

    def __init__(
        self, app: Application, diff: ResourceDiff, objects: ClusterObjects, types: ServedTypes
    ) -> None:
        self.desired, self.live = diff.desired or {}, diff.live or {}
        self.pointers = ignored_pointers(app.ignore_differences, diff.key)
        self.managers = ignored_managers(app.ignore_differences, diff.key)
        self._objects, self._types = objects, types

    def suspects(self) -> tuple[str, ...]:
        return suspect_paths(
            self.desired,
            self.live,
            managers=ADOPTED_MANAGERS,
            ignored=self.pointers,
            ignored_managers=self.managers,
        )

    def ask(self) -> str:
        """One dry run; a server that refuses it leaves the verdict unconfirmed, with its own words."""
        served = self._types.of(self.desired)
        if served is None:
            return _MODIFIED
        try:
            predicted = self._objects.apply(
                served, writable(self.desired, self.live, self.pointers, self.managers), dry_run=True
            )
        except (InvalidRequestError, PermissionDeniedError, NotFoundError) as error:
            return f"{_UNCONFIRMED} {error}"
        changed = differs(
            self.live,
            predicted,
            desired=self.desired,
            ignored=self.pointers,
            ignored_managers=self.managers,
        )
        return _MODIFIED if changed else _SYNCED


def writable(
    desired: Manifest, live: Manifest | None, pointers: tuple[str, ...], managers: tuple[str, ...]
) -> Manifest:
    """What is applied: desired without what the rules leave alone, once the object exists."""
    if live is None:
        return desired
    return without_fields_of(without_ignored(desired, pointers), live, managers)


def written(app: Application, key: ResourceKey, desired: Manifest, live: Manifest | None) -> Manifest:
    """As `writable`, by the rules of the application for this object."""
    rules = app.ignore_differences
    return writable(desired, live, ignored_pointers(rules, key), ignored_managers(rules, key))


def _surplus(sides: Sides) -> Iterable[ResourceDiff]:
    """What we applied before and Git no longer has."""
    for key in sorted(sides.tracked - set(sides.desired)):
        live = sides.live.get(key)
        if live is not None and not live.get("metadata", {}).get("deletionTimestamp"):
            yield ResourceDiff(key, None, live, hosted=key in sides.hosted)


def _hosted_differs(diff: ResourceDiff) -> bool:
    live = {name: value for name, value in (diff.live or {}).items() if name != "status"}
    return live != diff.desired
