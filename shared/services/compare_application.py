"""Desired state against live state, confirmed by the server where the two seem to differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from shared.domain.compare.adoption import ADOPTED_MANAGERS
from shared.domain.compare.comparison import Comparison
from shared.domain.compare.dry_run_verdict import differs
from shared.domain.compare.fingerprint import desired_hash, fingerprint, verdict_key
from shared.domain.compare.ignored_fields import ignored_managers, ignored_pointers, without_fields_of
from shared.domain.compare.left_as_live import left_as_live
from shared.domain.compare.object_diff import suspect_paths
from shared.domain.compare.pairing import Verdict, compare
from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.application import Application
from shared.errors import InvalidRequestError, NotFoundError, PermissionDeniedError
from shared.ports.cluster_objects import FIELD_MANAGER, ClusterObjects
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
    """Raises UnavailableError when the cluster does not answer a dry run, or the sealing key is away."""

    def __init__(self, sealing: Sealing) -> None:
        self._sealing = sealing

    @cached_property
    def _key(self) -> bytes:
        # not in the constructor: a vault that is away is then an application's trouble, with its retries
        return bytes.fromhex(self._sealing.fingerprint(b"verdicts"))

    def __call__(
        self,
        app: Application,
        sides: Sides,
        objects: ClusterObjects,
        types: ServedTypes,
        revisions: tuple[str, ...],
    ) -> Compared:
        verified: dict[str, str] = {}
        verdicts: dict[ResourceKey, Verdict] = {}
        for key, desired in sides.desired.items():
            live = sides.live.get(key)
            if live is None:
                continue
            if key in sides.hosted:
                verdicts[key] = Verdict(_hosted_differs(desired, live))
            else:
                judge = _Judge(app, key, desired, live, objects, types)
                verdicts[key] = self._verdict(judge, sides, verified)
        comparison = compare(
            list(sides.desired.values()),
            sides.live,
            tracked=[key for key in sides.tracked if not _is_going(sides.live.get(key))],
            revisions=revisions,
            verdicts=verdicts,
            hosted=sides.hosted,
        )
        return Compared(comparison, verified)

    def _verdict(self, judge: _Judge, sides: Sides, verified: dict[str, str]) -> Verdict:
        """No suspicion is an answer; a suspicion is put to the server once for these two states."""
        if not judge.suspects():
            return Verdict()
        name = verdict_key(
            desired_hash(judge.desired, ignored=judge.pointers, key=self._key),
            fingerprint(judge.live, key=self._key),
        )
        before, _, answer = sides.verified.get(str(judge.key), "").partition(":")
        if before != name:
            answer = judge.ask()
        verified[str(judge.key)] = f"{name}:{answer}"
        kind, _, refusal = answer.partition(" ")
        return Verdict(kind != _SYNCED, refusal)


class _Judge:
    """One object that exists on both sides."""

    def __init__(
        self,
        app: Application,
        key: ResourceKey,
        desired: Manifest,
        live: Manifest,
        objects: ClusterObjects,
        types: ServedTypes,
    ) -> None:
        self.key, self.desired, self.live = key, desired, live
        self.pointers = ignored_pointers(app.ignore_differences, key)
        self.managers = ignored_managers(app.ignore_differences, key)
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
    """What is applied: desired, but for what the rules leave alone once the object exists."""
    if live is None:
        return desired
    kept = left_as_live(desired, live, pointers, (FIELD_MANAGER, *ADOPTED_MANAGERS))
    return without_fields_of(kept, live, managers)


def written(app: Application, key: ResourceKey, desired: Manifest, live: Manifest | None) -> Manifest:
    """As `writable`, by the rules of the application for this object."""
    rules = app.ignore_differences
    return writable(desired, live, ignored_pointers(rules, key), ignored_managers(rules, key))


def _is_going(live: Manifest | None) -> bool:
    """An object that is being deleted is pruned already."""
    return live is not None and bool(metadata_of(live).get("deletionTimestamp"))


def _hosted_differs(desired: Manifest, live: Manifest) -> bool:
    return {name: value for name, value in live.items() if name != "status"} != desired
