"""A comparison and its healths, as the status that is kept."""

from __future__ import annotations

from typing import Any

from shared.domain.compare.comparison import Comparison, ResourceDiff, SyncStatus
from shared.domain.health.health import Health, HealthStatus
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.plan.waves import WAVE
from shared.domain.record.application_status import ApplicationStatus, ResourceStatus
from shared.domain.record.observation import observed, unknown


def deployment(name: str, image: str = "api:1", wave: str = "0") -> Manifest:
    containers = [{"name": "main", "image": image}]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop", "uid": f"uid-{name}", "annotations": {WAVE: wave}},
        "spec": {"template": {"spec": {"containers": containers}}},
    }


def key(name: str) -> ResourceKey:
    return ResourceKey("apps", "Deployment", "shop", name)


def both(name: str, **more: Any) -> ResourceDiff:
    return ResourceDiff(key(name), deployment(name, **more), deployment(name, "old:1"))


def only_live(name: str) -> ResourceDiff:
    return ResourceDiff(key(name), None, deployment(name, "old:1", wave="4"))


def missing(name: str) -> ResourceDiff:
    return ResourceDiff(key(name), deployment(name), None)


def seen(
    *diffs: ResourceDiff,
    status: ApplicationStatus | None = None,
    health: dict[ResourceKey, Health | None] | None = None,
    applied: tuple[str, ...] = (),
) -> ApplicationStatus:
    known = {diff.key: Health(HealthStatus.HEALTHY) for diff in diffs if diff.live is not None}
    comparison = Comparison(("abc",), diffs)
    keys = [key(name) for name in applied]
    return observed(status or ApplicationStatus(), comparison, {**known, **(health or {})}, keys)


def tracked(status: ApplicationStatus) -> list[str]:
    return [resource.key.name for resource in status.resources if resource.tracked]


def test_one_object_as_last_seen() -> None:
    status = seen(both("api", wave="3"), health={key("api"): Health(HealthStatus.PROGRESSING, "1 of 3")})
    assert status.resources == (
        ResourceStatus(
            key=key("api"),
            version="v1",
            status=SyncStatus.SYNCED,
            health=Health(HealthStatus.PROGRESSING, "1 of 3"),
            wave=3,
            uid="uid-api",
        ),
    )


def test_what_git_has_no_more_requires_pruning_and_shows_its_live_wave() -> None:
    (resource,) = seen(only_live("old")).resources
    assert (resource.requires_pruning, resource.status, resource.wave) == (True, SyncStatus.OUT_OF_SYNC, 4)


def test_what_does_not_exist_has_no_uid_and_no_health() -> None:
    (resource,) = seen(missing("api")).resources
    assert (resource.uid, resource.health, resource.status) == ("", None, SyncStatus.OUT_OF_SYNC)


def test_the_whole_has_the_revisions_the_sync_and_the_worst_health() -> None:
    status = seen(both("api"), both("web"), health={key("web"): Health(HealthStatus.DEGRADED, "why")})
    assert (status.revisions, status.sync) == (("abc",), SyncStatus.SYNCED)
    assert status.health == Health(HealthStatus.DEGRADED, "Deployment shop/web: why")
    assert seen(both("api"), missing("web")).sync is SyncStatus.OUT_OF_SYNC


def test_images_are_those_that_git_asks_for_each_once() -> None:
    status = seen(both("web", image="web:2"), both("api", image="api:2"), both("b", image="api:2"))
    assert status.images == ("api:2", "web:2")
    assert seen(only_live("old")).images == ()


def test_tracked_is_what_was_before_and_what_is_applied_now() -> None:
    first = seen(both("api"), both("web"), applied=("api",))
    assert tracked(first) == ["api"]
    assert tracked(seen(both("api"), both("web"), status=first, applied=("web",))) == ["api", "web"]


def test_what_was_only_seen_is_never_tracked() -> None:
    assert tracked(seen(both("api"), status=seen(both("api")))) == []


def test_what_is_gone_from_both_sides_is_forgotten() -> None:
    before = seen(both("api"), both("web"), applied=("api", "web"))
    after = seen(both("web"), status=before)
    assert tracked(after) == [resource.key.name for resource in after.resources] == ["web"]


def test_what_is_missing_now_stays_tracked() -> None:
    before = seen(both("api"), applied=("api",))
    assert tracked(seen(missing("api"), status=before)) == ["api"]


def test_everything_else_in_the_status_stays() -> None:
    before = ApplicationStatus(epoch=7, managed=True, verified={"a": "b"})
    after = seen(both("api"), status=before)
    assert (after.epoch, after.managed, after.verified) == (7, True, {"a": "b"})


def test_an_application_among_its_own_objects_does_not_wait_for_itself() -> None:
    """Once Progressing, it would be Progressing for ever."""
    root = ResourceKey("argoproj.io", "Application", "argocd", "root")
    live: Manifest = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "root"},
    }
    comparison = Comparison(("abc",), (ResourceDiff(root, live, live, hosted=True), both("api")))
    health = {root: Health(HealthStatus.PROGRESSING), key("api"): Health(HealthStatus.HEALTHY)}
    status = observed(ApplicationStatus(), comparison, health, (), itself=root)
    assert status.health.status is HealthStatus.HEALTHY
    assert [resource.hosted for resource in status.resources] == [True, False]


def test_after_a_failed_look_nothing_is_known_but_what_was_seen_stays() -> None:
    before = seen(both("api"), applied=("api",))
    after = unknown(before)
    assert after.sync is SyncStatus.UNKNOWN
    assert (after.resources, after.health, after.revisions) == (
        before.resources,
        before.health,
        before.revisions,
    )
