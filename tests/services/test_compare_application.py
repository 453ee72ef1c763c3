"""Which differences are believed, and how seldom the server is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from shared.domain.compare.comparison import SyncStatus
from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.application import Application
from shared.errors import InvalidRequestError, UnavailableError
from shared.services.compare_application import CompareApplication, Compared, Sides, written
from shared.services.served_types import ServedTypes
from tests.services.memory_cluster import CONFIG_MAP, MemoryCluster
from tests.services.worlds import MemorySealing, application, config_map

KEY = ResourceKey("", "ConfigMap", "shop", "greeting")
CHILD = ResourceKey("argoproj.io", "Application", "argocd", "child")
DRY_RUN = "dry-run ConfigMap shop/greeting"


def desired(text: str = "hello") -> Manifest:
    return config_map("greeting", text, namespace="shop")


def applied(text: str = "hello") -> MemoryCluster:
    """A cluster in which we have applied the ConfigMap with this text."""
    cluster = MemoryCluster()
    cluster.apply(CONFIG_MAP, desired(text))
    cluster.calls.clear()
    return cluster


def compared(
    cluster: MemoryCluster,
    wanted: Mapping[ResourceKey, Manifest],
    *,
    verified: Mapping[str, str] | None = None,
    tracked: frozenset[ResourceKey] = frozenset(),
    **spec: Any,
) -> Compared:
    sides = Sides(wanted, frozenset(), dict(cluster.objects), tracked, verified or {})
    app = Application.parse(application(**spec))
    return CompareApplication(MemorySealing())(app, sides, cluster, ServedTypes(cluster), ("head",))


def status(found: Compared) -> list[str]:
    return [diff.status.value for diff in found.comparison.resources]


def test_what_is_as_git_says_is_synced_without_a_question_to_the_server() -> None:
    cluster = applied()
    assert status(compared(cluster, {KEY: desired()})) == ["Synced"]
    assert cluster.calls == []


def test_what_does_not_exist_is_out_of_sync_without_a_question() -> None:
    cluster = MemoryCluster()
    assert status(compared(cluster, {KEY: desired()})) == ["OutOfSync"]
    assert cluster.calls == []


def test_a_difference_is_confirmed_by_one_dry_run_and_the_verdict_kept() -> None:
    cluster = applied()
    first = compared(cluster, {KEY: desired("bye")})
    assert status(first) == ["OutOfSync"]
    again = compared(cluster, {KEY: desired("bye")}, verified=first.verified)
    assert status(again) == ["OutOfSync"]
    assert cluster.calls == [DRY_RUN]


@pytest.mark.parametrize("side", ["desired", "live"])
def test_another_state_of_either_side_is_asked_about_again(side: str) -> None:
    cluster = applied()
    first = compared(cluster, {KEY: desired("bye")})
    if side == "live":
        cluster.change("ConfigMap", "shop", "greeting", data={"text": "by hand"})
    compared(cluster, {KEY: desired("bye" if side == "live" else "ciao")}, verified=first.verified)
    assert cluster.calls == [DRY_RUN, DRY_RUN]


def test_a_change_of_status_alone_asks_nothing_again() -> None:
    cluster = applied()
    first = compared(cluster, {KEY: desired("bye")})
    cluster.change("ConfigMap", "shop", "greeting", status={"seen": 1})
    compared(cluster, {KEY: desired("bye")}, verified=first.verified)
    assert cluster.calls == [DRY_RUN]


def test_a_suspicion_that_the_server_does_not_share_is_no_difference() -> None:
    class Defaulting(MemoryCluster):
        """A server that knows better: it stores every text in small letters."""

        def apply(self, type: Any, manifest: Manifest, **options: Any) -> Any:
            text = str(manifest["data"]["text"]).lower()
            return super().apply(type, {**manifest, "data": {"text": text}}, **options)

    cluster = Defaulting()
    cluster.apply(CONFIG_MAP, desired("HELLO"))
    found = compared(cluster, {KEY: desired("HELLO")})
    assert status(found) == ["Synced"]
    assert found.comparison.status is SyncStatus.SYNCED


def test_a_server_that_refuses_the_dry_run_leaves_the_verdict_unconfirmed_with_its_words() -> None:
    cluster = applied()
    cluster.refusals[DRY_RUN] = InvalidRequestError("webhook policy.example.com does not support dry run")
    found = compared(cluster, {KEY: desired("bye")})
    (diff,) = found.comparison.resources
    assert diff.modified
    assert diff.unconfirmed == "webhook policy.example.com does not support dry run"
    assert status(compared(cluster, {KEY: desired("bye")}, verified=found.verified)) == ["OutOfSync"]
    assert cluster.calls.count(DRY_RUN) == 1


def test_a_server_that_is_away_gives_no_verdict() -> None:
    cluster = applied()
    cluster.refusals[DRY_RUN] = UnavailableError("Cluster memory: does not answer")
    with pytest.raises(UnavailableError):
        compared(cluster, {KEY: desired("bye")})


def test_verdicts_of_what_is_gone_or_in_sync_are_forgotten() -> None:
    cluster = applied()
    first = compared(cluster, {KEY: desired("bye")})
    assert list(first.verified) == [str(KEY)]
    assert compared(cluster, {KEY: desired()}, verified=first.verified).verified == {}
    assert compared(cluster, {}, verified=first.verified).verified == {}


def test_no_verdict_shows_what_a_secret_holds() -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "token", "namespace": "shop"},
        "data": {"token": "c2VjcmV0LXZhbHVl"},
    }
    cluster = MemoryCluster()
    cluster.add({**secret, "data": {"token": "b2xkLXZhbHVl"}})
    found = compared(cluster, {ResourceKey.of(secret): secret})
    assert status(found) == ["OutOfSync"]
    assert "c2VjcmV0LXZhbHVl" not in str(found.verified)
    assert "b2xkLXZhbHVl" not in str(found.verified)


def test_what_we_applied_and_git_no_longer_has_may_be_pruned() -> None:
    cluster = applied()
    (diff,) = compared(cluster, {}, tracked=frozenset({KEY})).comparison.resources
    assert (diff.key, diff.desired) == (KEY, None)
    assert compared(cluster, {}).comparison.resources == (), "what we never applied is nobody's to prune"


def test_what_is_being_deleted_is_pruned_already() -> None:
    cluster = applied()
    cluster.objects[KEY]["metadata"]["deletionTimestamp"] = "2026-01-01T12:00:00Z"
    assert compared(cluster, {}, tracked=frozenset({KEY})).comparison.resources == ()


IGNORE = [{"kind": "ConfigMap", "jsonPointers": ["/data/text"]}]


def test_an_ignored_field_is_no_difference_and_is_written_as_it_is() -> None:
    cluster = applied()
    cluster.change("ConfigMap", "shop", "greeting", data={"text": "by hand"})
    assert status(compared(cluster, {KEY: desired()}, ignoreDifferences=IGNORE)) == ["Synced"]
    app = Application.parse(application(ignoreDifferences=IGNORE))
    assert written(app, KEY, desired(), cluster.objects[KEY])["data"] == {"text": "by hand"}
    assert written(app, KEY, desired(), None) == desired(), "an object that is new is written whole"


def test_a_hosted_application_differs_by_its_document_not_by_its_status() -> None:
    child = application("child")
    live = {**child, "status": {"sync": {"status": "Unknown"}}}
    cluster = MemoryCluster()
    for wanted, expected in ((child, "Synced"), (application("child", path="other"), "OutOfSync")):
        sides = Sides({CHILD: wanted}, frozenset({CHILD}), {CHILD: live}, frozenset(), {})
        app = Application.parse(application("root"))
        found = CompareApplication(MemorySealing())(app, sides, cluster, ServedTypes(cluster), ("head",))
        assert status(found) == [expected]
    assert cluster.calls == [], "the cluster is not asked about what it does not have"
