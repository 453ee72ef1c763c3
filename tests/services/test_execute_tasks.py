"""The steps of a sync, one write each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.resource_type import ResourceType
from shared.domain.manifests.tracking import TRACKING_ID, with_tracking
from shared.domain.operate.operation import ResultStatus, TaskResult
from shared.domain.plan.sync_plan import Action, SyncTask
from shared.domain.specs.application import Application
from shared.errors import InvalidRequestError, UnavailableError
from shared.services.execute_tasks import ExecuteTasks, Site
from shared.services.served_types import ServedTypes
from tests.services.memory_cluster import CONFIG_MAP, TYPES
from tests.services.worlds import Engine, application, config_map, engine

KEY = ResourceKey("", "ConfigMap", "shop", "greeting")
SPACE = ResourceKey("", "Namespace", "", "shop")
WIDGET = ResourceKey("example.com", "Widget", "shop", "one")
WIDGETS = ResourceType("example.com", "v1", "Widget", "widgets", namespaced=True)
APPLY, PRUNE = SyncTask(Action.APPLY, KEY, 0), SyncTask(Action.PRUNE, KEY, 0)
MAKE = SyncTask(Action.CREATE_NAMESPACE, SPACE, 0)
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.example.com"},
    "spec": {"group": "example.com", "names": {"kind": "Widget"}},
}


def desired(text: str = "hello") -> Manifest:
    return with_tracking(
        config_map("greeting", text, namespace="shop"), "shop", "here", destination_namespace="shop"
    )


def site(world: Engine, *manifests: Manifest, policy: Mapping[str, Any] | None = None) -> Site:
    """Where tasks of the application `shop` are done; live is what the cluster has now."""
    wanted = {ResourceKey.of(manifest): manifest for manifest in manifests or (desired(),)}
    app = Application.parse(application(policy=policy))

    def declares(instance: str) -> bool:
        return instance == "other"

    types = ServedTypes(world.cluster)
    return Site(app, world.cluster, types, wanted, dict(world.cluster.objects), frozenset(), declares)


def run(world: Engine, where: Site, *tasks: SyncTask, dry_run: bool = False) -> list[TaskResult]:
    return ExecuteTasks(world.hosted)(where, tasks, dry_run=dry_run)


def test_an_object_is_created_then_unchanged_then_configured_in_kubectls_words() -> None:
    world = engine()
    assert run(world, site(world), APPLY)[0].message == "configmap/greeting created"
    assert run(world, site(world), APPLY)[0].message == "configmap/greeting unchanged"
    assert run(world, site(world, desired("bye")), APPLY)[0].message == "configmap/greeting configured"


def test_what_the_server_answered_is_at_hand_afterwards() -> None:
    world = engine()
    where = site(world)
    run(world, where, APPLY)
    assert where.live[KEY] == world.cluster.objects[KEY]


def test_a_dry_run_asks_and_changes_nothing() -> None:
    world = engine()
    where = site(world)
    (result,) = run(world, where, APPLY, dry_run=True)
    assert result.message == "configmap/greeting created (dry run)"
    assert world.cluster.writes() == []
    assert KEY not in where.live
    assert run(world, where, PRUNE, dry_run=True)[0].message == "pruned (dry run)"
    run(world, where, MAKE, dry_run=True)
    assert world.cluster.writes() == []


def test_a_refusal_is_the_result_of_its_task_and_holds_up_no_other() -> None:
    world = engine()
    other = config_map("other", namespace="shop")
    world.cluster.refusals[f"apply {KEY}"] = InvalidRequestError("ConfigMap shop/greeting: data is wrong")
    results = run(
        world, site(world, desired(), other), APPLY, SyncTask(Action.APPLY, ResourceKey.of(other), 0)
    )
    assert [(result.status, result.message) for result in results] == [
        (ResultStatus.SYNC_FAILED, "ConfigMap shop/greeting: data is wrong"),
        (ResultStatus.SYNCED, "configmap/other created"),
    ]


def test_a_cluster_that_is_away_is_raised() -> None:
    world = engine()
    where = site(world)
    world.cluster.failure = UnavailableError("Cluster memory: does not answer")
    with pytest.raises(UnavailableError):
        run(world, where, APPLY)


def test_a_prune_names_the_object_that_was_seen() -> None:
    world = engine()
    run(world, site(world), APPLY)
    where = site(world)
    uid = world.cluster.objects[KEY]["metadata"]["uid"]
    assert run(world, where, SyncTask(Action.PRUNE, KEY, 0, uid=uid))[0].status is ResultStatus.PRUNED
    assert KEY not in world.cluster.objects
    assert KEY not in where.live


def test_a_prune_never_meets_a_namesake() -> None:
    world = engine()
    run(world, site(world), APPLY)
    (result,) = run(world, site(world), SyncTask(Action.PRUNE, KEY, 0, uid="another"))
    assert result.status is ResultStatus.SYNC_FAILED
    assert KEY in world.cluster.objects


def test_what_is_gone_already_is_pruned() -> None:
    world = engine()
    assert run(world, site(world), PRUNE)[0].message == "pruned (was gone)"


@pytest.mark.parametrize("policy", ["foreground", "background", "orphan"])
def test_prunes_follow_the_propagation_policy(policy: str) -> None:
    world = engine()
    run(world, site(world), APPLY)
    run(world, site(world, policy={"syncOptions": [f"PrunePropagationPolicy={policy}"]}), PRUNE)
    assert world.cluster.writes()[-1] == f"delete {policy.capitalize()} ConfigMap shop/greeting"


@pytest.mark.parametrize(
    ("policy", "message"),
    [({}, "ignored (requires pruning)"), ({"syncOptions": ["Prune=false"]}, "ignored (no prune)")],
)
def test_what_is_not_pruned_says_why(policy: dict[str, Any], message: str) -> None:
    world = engine()
    run(world, site(world), APPLY)
    (result,) = run(world, site(world, policy=policy), SyncTask(Action.SKIP_PRUNE, KEY, 0))
    assert (result.status, result.message) == (ResultStatus.PRUNE_SKIPPED, message)
    assert KEY in world.cluster.objects


@pytest.mark.parametrize("task", [APPLY, PRUNE], ids=["apply", "prune"])
def test_what_another_application_of_ours_declares_is_left_alone(task: SyncTask) -> None:
    world = engine()
    theirs = config_map(
        "greeting", namespace="shop", annotations={TRACKING_ID: "other:/ConfigMap:shop/greeting"}
    )
    world.cluster.add(theirs)
    (result,) = run(world, site(world), task)
    assert result.status is ResultStatus.SYNC_FAILED
    assert "is part of application other and of shop" in result.message
    assert world.cluster.writes() == []


def test_what_an_application_that_is_gone_has_left_is_taken_over() -> None:
    world = engine()
    world.cluster.add(
        config_map("greeting", namespace="shop", annotations={TRACKING_ID: "gone:/ConfigMap:shop/greeting"})
    )
    assert run(world, site(world), APPLY)[0].status is ResultStatus.SYNCED


KUBECTL: Manifest = {
    "manager": "kubectl-client-side-apply",
    "operation": "Update",
    "apiVersion": "v1",
    "fieldsType": "FieldsV1",
    "fieldsV1": {"f:data": {"f:old": {}}},
}


def test_a_status_written_meanwhile_does_not_keep_the_fields_from_being_taken_over() -> None:
    world = engine()
    world.cluster.add(config_map("greeting", namespace="shop", managedFields=[KUBECTL]))
    stale = site(world)
    world.cluster.change("ConfigMap", "shop", "greeting", status={"seen": 1})
    (result,) = run(world, stale, APPLY)
    assert result.message.endswith("; took over the fields of kubectl-client-side-apply")


def test_the_fields_of_kubectl_are_taken_over_once_and_that_is_said() -> None:
    world = engine()
    world.cluster.add(config_map("greeting", namespace="shop", managedFields=[KUBECTL]))
    (result,) = run(world, site(world), APPLY)
    assert result.message.endswith("; took over the fields of kubectl-client-side-apply")
    assert world.cluster.writes() == [f"patch {KEY}", f"apply {KEY}"]
    assert "took over" not in run(world, site(world), APPLY)[0].message


def test_the_namespace_is_made_with_what_the_policy_says_of_it() -> None:
    world = engine()
    extra = {"managedNamespaceMetadata": {"labels": {"team": "a"}}}
    assert run(world, site(world, policy=extra), MAKE, dry_run=True)[0].message.endswith("created (dry run)")
    assert run(world, site(world, policy=extra), MAKE)[0].message == "namespace/shop created"
    assert run(world, site(world, policy=extra), MAKE)[0].message == "namespace/shop unchanged"
    assert world.cluster.objects[SPACE]["metadata"]["labels"] == {"team": "a"}


def test_a_namespace_that_is_there_is_left_as_it_is() -> None:
    world = engine()
    world.cluster.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    assert run(world, site(world), MAKE)[0].status is ResultStatus.SYNCED
    assert world.cluster.writes() == []


def widget() -> Manifest:
    return {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": "one", "namespace": "shop"},
    }


def test_a_kind_that_nobody_serves_says_what_is_missing() -> None:
    world = engine()
    (result,) = run(world, site(world, widget()), SyncTask(Action.APPLY, WIDGET, 0))
    assert result.status is ResultStatus.SYNC_FAILED
    assert result.message.endswith(
        'the cluster serves no kind "Widget" of group "example.com". Install its CRD first'
    )


def test_a_kind_whose_definition_is_on_its_way_is_waited_for() -> None:
    world = engine()
    where = site(world, widget(), DEFINITION)
    assert run(world, where, SyncTask(Action.APPLY, WIDGET, 0)) == []
    world.cluster.served = [*TYPES, WIDGETS]
    where.types.refresh()
    (result,) = run(world, where, SyncTask(Action.APPLY, WIDGET, 0))
    assert result.message == "widget.example.com/one created"


def test_a_dry_run_cannot_wait_for_a_definition_that_it_does_not_make() -> None:
    world = engine()
    (result,) = run(world, site(world, widget(), DEFINITION), SyncTask(Action.APPLY, WIDGET, 0), dry_run=True)
    assert (result.status, result.message) == (ResultStatus.SYNCED, "created (dry run)")


def test_a_batch_is_done_whole_and_told_in_its_order() -> None:
    world = engine()
    manifests = [config_map(f"c-{number}", namespace="shop") for number in range(9)]
    tasks = [SyncTask(Action.APPLY, ResourceKey.of(manifest), 0) for manifest in manifests]
    results = run(world, site(world, *manifests), *tasks)
    assert [result.key for result in results] == [task.key for task in tasks]
    assert len(world.cluster.named("ConfigMap")) == 9


def test_an_application_is_hosted_and_not_sent_to_the_cluster() -> None:
    world = engine()
    child = application("child")
    key = ResourceKey.of(child)
    task = SyncTask(Action.APPLY, key, 0, hosted=True)
    where = site(world, child)
    assert run(world, where, task)[0].message == "application.argoproj.io/child created"
    assert where.live[key]["spec"] == child["spec"]
    assert world.cluster.writes() == []
    run(world, where, SyncTask(Action.PRUNE, key, 0, hosted=True))
    world.run_for(1)
    assert world.hosted.live(where.app.ref, [key]) == {}


def test_a_config_map_is_written_in_its_namespace() -> None:
    world = engine()
    run(world, site(world), APPLY)
    assert world.cluster.get(CONFIG_MAP, "shop", "greeting") is not None
