"""Use case: one message, one ExternalSecret: read what changed in the vault, and make the Secret say so."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.record.traced_step import TracedStep, secret_subject
from shared.domain.secrets.decoding import entry_value
from shared.domain.secrets.external_secret import CreationPolicy, ExternalSecret
from shared.domain.secrets.restart import asks_for_restart
from shared.domain.secrets.secret_ref import SecretRef
from shared.domain.secrets.secret_state import FAILED, MISSING, SYNCED, SecretState
from shared.domain.secrets.secret_store import STORE, VaultStore
from shared.domain.secrets.target_secret import (
    foreign_keys,
    holds,
    is_owned,
    manager_of,
    require_ours,
    target_manifest,
)
from shared.domain.secrets.vault_access import VaultAccess
from shared.domain.secrets.vault_secret import Reading, VaultSecret
from shared.domain.specs.cluster_alias import IN_CLUSTER, cluster_alias
from shared.domain.work.backoff import wait_after
from shared.domain.work.message import WorkMessage
from shared.domain.work.trace import trace_id, traceparent_of
from shared.errors import ConflictError, NotFoundError, TidegateError, UnavailableError
from shared.log import bind, bound, carried
from shared.ports.clock import Clock
from shared.ports.cluster_objects import ClusterObjects, PatchKind
from shared.ports.lease import Leases
from shared.ports.random import Random
from shared.ports.sealing import Sealing
from shared.ports.secret_vault import SecretVault
from shared.services.clusters import Clusters, ConnectedCluster
from shared.services.hosted_secrets import SECRET_TYPE
from shared.services.restart_users import restart_users
from shared.services.secret_rows import SecretRows, SecretWake, StoredSecret, StoredStore
from shared.services.trace_rows import TraceRows
from shared.services.wake_applications import WakeApplications
from shared.services.wake_secrets import WakeSecrets

log = logging.getLogger(__name__)
_BUSY = timedelta(seconds=2)
_TELL = timedelta(milliseconds=30)
_PARALLEL = 4
_SAVES = 10


@dataclass(frozen=True, slots=True)
class Refreshing:
    """The ports and services of the use case."""

    rows: SecretRows
    wake: WakeSecrets
    vault: SecretVault
    access: VaultAccess
    tell: WakeApplications
    traces: TraceRows
    clusters: Clusters
    leases: Leases
    sealing: Sealing
    installation: Callable[[], str]
    clock: Clock
    random: Random


@dataclass(frozen=True, slots=True)
class _Job:
    """One refresh: what is wanted, what is there. `intact`: the Secret is as we wrote it last."""

    stored: StoredSecret
    secret: ExternalSecret
    store: VaultStore
    objects: ClusterObjects
    live: Manifest | None
    intact: bool


class RefreshSecret:
    """Safe to run twice with the same message; a message whose token is not the row's is dropped.

    Values live in this call only: the row gets a keyed hash, the log numbers, errors names.
    """

    def __init__(self, use: Refreshing) -> None:
        self._use = use

    def __call__(self, message: WorkMessage) -> None:
        ref = SecretRef.parse(message.subject)
        if self._asked(ref, message.token) is None:
            log.debug("stale message dropped", extra={"secret": str(ref)})
            return
        lease = self._use.leases.acquire(f"secret:{ref}")
        if lease is None:
            self._use.wake.send_again(message, _BUSY)
            return
        trace = trace_id(message.traceparent) or self._use.random.token()
        try:
            stored = self._asked(ref, message.token)  # the holder before us may have written
            if stored is not None:
                with bind(secret=str(ref), trace=trace):
                    self._take_turn(stored, trace)
        finally:
            self._use.leases.release(lease)

    def _asked(self, ref: SecretRef, token: str) -> StoredSecret | None:
        stored = self._use.rows.get(ref)
        return stored if stored is not None and stored.wake.token == token else None

    def _take_turn(self, stored: StoredSecret, trace: str) -> None:
        before, now = stored.state, self._use.clock.now()
        state, wait = before, None
        try:
            job = self._job(stored)
            state = self._indexed(job)
            state = replace(self._refreshed(job, state), tried_at=now, failures=0)
        except TidegateError as error:
            log.info("refresh failed", extra={"error": str(error), "error_class": type(error).__name__})
            failures = before.failures + 1
            wish = error.retry_after_seconds if isinstance(error, UnavailableError) else None
            wait = wait_after(failures, wish)
            state = replace(state, reason=FAILED, message=str(error), tried_at=now, failures=failures)
        self._finish(stored, state, wait)
        self._note(stored, state, trace)
        if (before.reason, before.message, before.changed_at) != (
            state.reason,
            state.message,
            state.changed_at,
        ):
            self._use.tell.soon(stored.parent, "live", _TELL)

    def _note(self, stored: StoredSecret, state: SecretState, trace: str) -> None:
        """What became of an event of the vault, for who follows its trace."""
        if not stored.wake.traceparent or self._use.traces.get(trace) is None:
            return
        subject, refreshed = secret_subject(str(stored.ref)), None if state.failed else state.tried_at
        self._use.traces.reached(
            TracedStep(trace, subject, phase=state.reason, received=stored.wake.due, refreshed=refreshed)
        )

    def _finish(self, stored: StoredSecret, state: SecretState, wait: timedelta | None) -> None:
        """Write the outcome. What others asked for meanwhile, and a newer manifest, stay."""
        current: StoredSecret | None = stored
        for _ in range(_SAVES):
            if current is None:  # removed meanwhile
                return
            wake = current.wake
            if wake.token == stored.wake.token:
                wake = SecretWake() if wait is None else self._use.wake.fresh(wait)
                wake = replace(wake, traceparent=traceparent_of(bound("trace"))) if wake.token else wake
            try:
                self._use.rows.put(replace(current, state=state, wake=wake))
            except ConflictError:
                current = self._use.rows.get(stored.ref)
                continue
            if wait is not None and wake != current.wake:
                self._use.wake.send(stored.ref, wake)
            return
        raise ConflictError(f"ExternalSecret {stored.ref}: its row did not stand still")

    def _refreshed(self, job: _Job, state: SecretState) -> SecretState:
        read = self._read(job, _to_read(job))
        values = _values(job, read)
        fingerprint = self._use.sealing.fingerprint(_canonical(values))
        reason, message = self._written(job, values)
        now = self._use.clock.now()
        fresh = {source: Reading.of(found.properties, now) for source, found in read.items()}
        sources = {entry.source for entry in job.secret.entries}
        kept = {source: found for source, found in state.readings.items() if source in sources}
        changed = bool(state.fingerprint) and fingerprint != state.fingerprint
        if changed and asks_for_restart(job.stored.manifest):
            restart_users(job.objects, job.secret, fingerprint)
        state = replace(
            state,
            reason=reason,
            refreshed_at=now,
            changed_at=now if changed or not state.fingerprint else state.changed_at,
            generation=job.stored.generation,
            fingerprint=fingerprint,
            keys=tuple(sorted(values)),
            target=job.secret.target,
            readings={**kept, **fresh},
        )
        log.info("secret refreshed", extra={"keys": len(values), "read": len(read), "changed": changed})
        return replace(state, message=message + _expired(state, job.store, now))

    def _job(self, stored: StoredSecret) -> _Job:
        secret = ExternalSecret.parse(stored.manifest)
        store = self._store(stored.ref, secret)
        store.require_access(secret.namespace)
        connected = self._use.clusters.at(stored.destination)
        self._use.access.require(store, secret.namespace, self._names(connected))
        objects = connected.cluster.objects
        live = objects.get(SECRET_TYPE, secret.namespace, secret.target)
        installation = self._use.installation()
        require_ours(secret, live, installation)
        return _Job(stored, secret, store, objects, live, self._is_intact(stored, secret, live))

    def _names(self, connected: ConnectedCluster) -> Iterator[str]:
        """By which a rule may mean the cluster: not as a destination spells it, which anybody may choose."""
        yield cluster_alias(connected.reference) or IN_CLUSTER[0]
        yield cluster_alias(connected.cluster.server)
        row = self._use.clusters.rows.get(connected.key)
        if row is not None and row.registered:
            yield row.name

    def _store(self, ref: SecretRef, secret: ExternalSecret) -> VaultStore:
        kind, name = secret.store
        namespace = secret.namespace if kind == STORE else ""
        found = self._use.rows.store(StoredStore(ref.cluster, kind, namespace, name))
        if found is None:
            raise NotFoundError(
                f"ExternalSecret {secret.namespace}/{secret.name}: could not get {kind} {name}. "
                "Add it to an application of this cluster"
            )
        return VaultStore.parse(found.manifest)

    def _is_intact(self, stored: StoredSecret, secret: ExternalSecret, live: Manifest | None) -> bool:
        """Whether the Secret holds what we wrote, by the keyed hash: then what did not change is not read."""
        state = stored.state
        if live is None or state.failed or state.generation != stored.generation:
            return False
        if secret.creation is CreationPolicy.OWNER and not is_owned(
            live, secret.name, self._use.installation()
        ):
            return False
        data = live.get("data") or {}
        exact = secret.creation is CreationPolicy.OWNER
        if not set(state.keys) <= set(data) or (exact and set(data) != set(state.keys)):
            return False
        ours = {key: base64.b64decode(data[key]) for key in state.keys}
        return self._use.sealing.fingerprint(_canonical(ours)) == state.fingerprint

    def _indexed(self, job: _Job) -> SecretState:
        """Before anything is read: an event that comes meanwhile finds us."""
        state, followed = job.stored.state, tuple(sorted(job.secret.followed))
        if (state.vault, state.followed) != (job.store.vault, followed):
            self._use.rows.index(job.stored.ref, state.vault, state.followed, job.store.vault, followed)
        return replace(state, vault=job.store.vault, followed=followed)

    def _read(self, job: _Job, sources: Iterable[str]) -> dict[str, VaultSecret]:
        def one(source: str) -> VaultSecret:
            name, _, version = source.partition("/")
            return self._use.vault.get(job.store.vault, name, version)

        wanted = sorted(sources)
        if len(wanted) <= 1:
            return {source: one(source) for source in wanted}
        with ThreadPoolExecutor(_PARALLEL) as pool:
            return dict(zip(wanted, pool.map(carried(one), wanted), strict=True))

    def _written(self, job: _Job, values: Mapping[str, bytes]) -> tuple[str, str]:
        """Bring the Secret to the values; return reason and message in External Secrets' words."""
        secret, live = job.secret, job.live
        if secret.creation is CreationPolicy.NONE:
            return SYNCED, "secret synced"
        if live is None and secret.creation is CreationPolicy.MERGE:
            return MISSING, "secret will not be created due to CreationPolicy=Merge"
        if live is not None and live.get("immutable") and not holds(live, values):
            raise ConflictError(
                f"Secret {secret.namespace}/{secret.target}: could not update secret, target is immutable. "
                "Delete it to have it made anew, or leave target.immutable out"
            )
        if not (job.intact and holds(live, values)):
            self._apply(job, values)
        old = job.stored.state.target
        if old and old != secret.target:
            self._delete_old(job, old)
        return SYNCED, "secret synced"

    def _apply(self, job: _Job, values: Mapping[str, bytes]) -> None:
        secret = job.secret
        manifest = target_manifest(secret, job.stored.manifest, values, self._use.installation())
        after = job.objects.apply(SECRET_TYPE, manifest, manager=manager_of(secret))
        if dropped := foreign_keys(secret, after, values):
            patch = {
                "metadata": {"resourceVersion": metadata_of(after).get("resourceVersion")},
                "data": dict.fromkeys(dropped),
            }
            job.objects.patch(SECRET_TYPE, secret.namespace, secret.target, patch, PatchKind.MERGE)

    def _delete_old(self, job: _Job, name: str) -> None:
        """The Secret of the target.name before goes, where it was ours alone."""
        live = job.objects.get(SECRET_TYPE, job.secret.namespace, name)
        if live is not None and is_owned(live, job.secret.name, self._use.installation()):
            uid = str(metadata_of(live).get("uid") or "")
            job.objects.delete(SECRET_TYPE, job.secret.namespace, name, uid=uid)


def _to_read(job: _Job) -> set[str]:
    """What cannot be taken from the Secret as it is: all of it, or what may have changed."""
    wake, sources = job.stored.wake, {entry.source for entry in job.secret.entries}
    if wake.whole or not job.intact:
        return sources
    return sources & set(wake.names) | sources - set(job.stored.state.readings)


def _values(job: _Job, read: Mapping[str, VaultSecret]) -> dict[str, bytes]:
    owner = f"ExternalSecret {job.secret.namespace}/{job.secret.name}"
    data = (job.live or {}).get("data") or {}
    return {
        entry.key: entry_value(owner, entry, read[entry.source].value.reveal())
        if entry.source in read
        else base64.b64decode(data[entry.key])
        for entry in job.secret.entries
    }


def _canonical(values: Mapping[str, bytes]) -> bytes:
    """Keys and values with their lengths, so that no two sets read alike."""
    parts = [part for key in sorted(values) for part in (key.encode(), values[key])]
    return b"".join(b"%d:%b" % (len(part), part) for part in parts)


def _expired(state: SecretState, store: VaultStore, now: datetime) -> str:
    names = state.expired(now)
    if not names:
        return ""
    return f"; expired in vault {store.vault_name}, and used on: {', '.join(names)}. Set a new version"
