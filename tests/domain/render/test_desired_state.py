"""Rendered objects become what shall exist."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.manifests.tracking import INSTALLATION, TRACKING_ID
from shared.domain.render.desired_state import DesiredState, desired_state
from shared.domain.specs.application import Application
from shared.errors import RenderError

SCOPES = {
    ("", "Namespace"): False,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): False,
    ("rbac.authorization.k8s.io", "ClusterRole"): False,
    ("", "ConfigMap"): True,
    ("", "Service"): True,
    ("batch", "Job"): True,
}


def thing(kind: str, name: Any = "x", api_version: str = "v1", **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, **metadata}}


def app(namespace: str = "shop", lives_in: str = "argocd", **metadata: Any) -> Application:
    return Application.parse(
        {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": {"name": "web", "namespace": lives_in, **metadata},
            "spec": {
                "source": {"repoURL": "https://git/x", "path": "."},
                "destination": {"server": "https://kubernetes.default.svc", "namespace": namespace},
            },
        }
    )


def desired(*objects: Any, of: Application | None = None) -> DesiredState:
    return desired_state(objects, of or app(), lambda group, kind: SCOPES.get((group, kind)), "a1b2c3d4e5")


def names(part: tuple[dict[str, Any], ...]) -> list[str]:
    return [f"{manifest['kind']}/{manifest['metadata'].get('name')}" for manifest in part]


def namespace_of(manifest: dict[str, Any]) -> object:
    return manifest["metadata"].get("namespace")


def refusal(*objects: Any, of: Application | None = None) -> str:
    with pytest.raises(RenderError) as caught:
        desired(*objects, of=of)
    return str(caught.value)


def test_a_namespaced_object_without_a_namespace_gets_the_destinations() -> None:
    state = desired(thing("ConfigMap"), thing("Service", namespace="other"))
    assert [namespace_of(manifest) for manifest in state.objects] == ["shop", "other"]


def test_a_cluster_scoped_object_loses_its_namespace() -> None:
    state = desired(thing("ClusterRole", api_version="rbac.authorization.k8s.io/v1", namespace="shop"))
    assert namespace_of(state.objects[0]) is None


def test_an_unknown_kind_counts_as_namespaced() -> None:
    assert namespace_of(desired(thing("Widget", api_version="example.com/v1")).objects[0]) == "shop"


@pytest.mark.parametrize(("scope", "namespace"), [("Cluster", None), ("Namespaced", "shop")])
def test_a_crd_among_the_objects_says_where_its_kind_lives(scope: str, namespace: str | None) -> None:
    crd = {
        **thing("CustomResourceDefinition", "widgets.example.com", "apiextensions.k8s.io/v1"),
        "spec": {"group": "example.com", "scope": scope, "names": {"kind": "Widget"}},
    }
    state = desired(thing("Widget", api_version="example.com/v1", namespace=namespace or "astray"), crd)
    assert namespace_of(state.objects[0]) == namespace


def test_every_object_carries_its_application_and_this_installation() -> None:
    metadata = desired(thing("ConfigMap", "settings")).objects[0]["metadata"]
    assert metadata["annotations"] == {TRACKING_ID: "web:/ConfigMap:shop/settings"}
    assert metadata["labels"] == {INSTALLATION: "a1b2c3d4e5"}


def test_an_application_outside_the_control_namespace_signs_with_both_names() -> None:
    state = desired(thing("ConfigMap", "settings"), of=app(lives_in="team-a"))
    assert state.objects[0]["metadata"]["annotations"][TRACKING_ID] == "team-a_web:/ConfigMap:shop/settings"


def test_objects_keep_the_order_of_the_tool() -> None:
    state = desired(thing("Service", "b"), thing("ConfigMap", "z"), thing("Service", "a"))
    assert names(state.objects) == ["Service/b", "ConfigMap/z", "Service/a"]


def test_the_rendered_objects_are_not_changed() -> None:
    rendered = thing("ConfigMap")
    desired(rendered)
    assert rendered == thing("ConfigMap")


def test_of_two_objects_with_one_key_the_last_wins_and_people_are_told() -> None:
    first = {**thing("ConfigMap"), "data": {"from": "first"}}
    last = {**thing("ConfigMap", namespace="shop"), "data": {"from": "last"}}
    state = desired(first, thing("Service"), last)
    assert [manifest.get("data") for manifest in state.objects] == [None, {"from": "last"}]
    assert state.warnings == (
        (
            "RepeatedResourceWarning",
            "ConfigMap shop/x appears 2 times among the rendered objects, as objects 1 and 3; "
            "the last one counts",
        ),
    )


def test_another_version_of_a_kind_is_the_same_object() -> None:
    state = desired(thing("Widget", api_version="a.io/v1"), thing("Widget", api_version="a.io/v2"))
    assert [manifest["apiVersion"] for manifest in state.objects] == ["a.io/v2"]


def test_lists_are_flattened_in_their_place_and_empty_ones_vanish() -> None:
    inner = {"apiVersion": "v1", "kind": "List", "items": [thing("ConfigMap", "a"), thing("ConfigMap", "b")]}
    nothing = {"apiVersion": "v1", "kind": "ConfigMapList", "items": None}
    state = desired(thing("Service", "s"), inner, nothing, thing("Service", "t"))
    assert names(state.objects) == ["Service/s", "ConfigMap/a", "ConfigMap/b", "Service/t"]


HOSTED = [
    thing("Application", api_version="argoproj.io/v1alpha1"),
    thing("ApplicationSet", api_version="argoproj.io/v1alpha1"),
    thing("AppProject", api_version="argoproj.io/v1alpha1"),
    thing("ExternalSecret", api_version="external-secrets.io/v1beta1"),
]


def test_applications_and_external_secrets_are_taken_by_tidegate_itself() -> None:
    state = desired(*HOSTED, thing("Rollout", api_version="argoproj.io/v1alpha1"))
    assert names(state.hosted) == [f"{manifest['kind']}/x" for manifest in HOSTED]
    assert names(state.objects) == ["Rollout/x"]


def test_hosted_objects_are_placed_but_not_signed() -> None:
    store = thing("ClusterSecretStore", api_version="external-secrets.io/v1", namespace="astray")
    hosted = desired(*HOSTED, store).hosted
    assert [namespace_of(manifest) for manifest in hosted] == ["shop"] * 4 + [None]
    assert not any("annotations" in manifest["metadata"] for manifest in hosted)


def test_an_application_that_is_not_hosted_gives_them_to_the_cluster() -> None:
    state = desired(*HOSTED, of=app(annotations={"tidegate.dev/hosted": "false"}))
    assert state.hosted == ()
    assert names(state.objects) == [f"{manifest['kind']}/x" for manifest in HOSTED]


def test_hooks_and_skipped_objects_stand_apart_but_count_as_declared() -> None:
    hook = thing("Job", "migrate", "batch/v1", annotations={"argocd.argoproj.io/hook": "PreSync"})
    skipped = thing("ConfigMap", "mine", annotations={"argocd.argoproj.io/hook": "Skip"})
    state = desired(thing("Service"), hook, skipped, HOSTED[0])
    assert names(state.objects) == ["Service/x"]
    assert names(state.hooks) == ["Job/migrate"]
    assert names(state.skipped) == ["ConfigMap/mine"]
    assert sorted(str(key) for key in state.declared()) == [
        "Application.argoproj.io shop/x",
        "ConfigMap shop/mine",
        "Job shop/migrate",
        "Service shop/x",
    ]


def test_hooks_may_leave_their_name_to_the_server() -> None:
    hook = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"generateName": "migrate-", "annotations": {"argocd.argoproj.io/hook": "Sync"}},
    }
    state = desired(hook, hook)
    assert names(state.hooks) == ["Job/None", "Job/None"]
    assert state.warnings == ()
    assert state.declared() == frozenset()


def test_kinds_that_controllers_make_are_dropped_with_a_warning() -> None:
    state = desired(thing("Endpoints", "api"), thing("Lease", "leader", "coordination.k8s.io/v1"))
    assert state.objects == ()
    assert [message for _, message in state.warnings] == [
        "Resource /Endpoints api is excluded in the settings",
        "Resource coordination.k8s.io/Lease leader is excluded in the settings",
    ]
    assert {condition.type for condition in state.warnings} == {"ExcludedResourceWarning"}


REFUSED: list[tuple[Any, str]] = [
    ("text", "is str, not an object. Check the indentation"),
    ({"apiVersion": "v1"}, "has no kind. Every object needs apiVersion, kind and metadata.name"),
    (
        {"kind": "ConfigMap", "metadata": {"name": "x"}},
        "(ConfigMap) has no apiVersion. For the core group write v1",
    ),
    (thing("ConfigMap", api_version="apps/"), "(ConfigMap) has no apiVersion. For the core group write v1"),
    ({"apiVersion": "v1", "kind": "ConfigMap"}, "(ConfigMap) has no metadata.name. Give it a name"),
    (
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": "x"},
        "(ConfigMap) has no metadata.name. Give it a name",
    ),
    (thing("ConfigMap", 7), "(ConfigMap) has a metadata.name that is no text. Put it in quotes"),
    (
        thing("ConfigMap", namespace=7),
        "(ConfigMap) has a metadata.namespace that is no text. Put it in quotes",
    ),
    (
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"generateName": "a-"}},
        "(Job) has generateName instead of a name, which only hooks may have. "
        "Give it a name, or the annotation argocd.argoproj.io/hook",
    ),
]


@pytest.mark.parametrize(("rendered", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_what_is_no_object_is_refused_with_its_place(rendered: Any, sentence: str) -> None:
    assert refusal(thing("Service"), rendered) == f"Application argocd/web: object 2 of the render {sentence}"


def test_a_namespaced_object_that_gets_no_namespace_is_refused() -> None:
    assert refusal(thing("ConfigMap"), of=app(namespace="")) == (
        "Application argocd/web: ConfigMap x has no metadata.namespace, "
        "and spec.destination.namespace is empty. Add one of them"
    )


def test_a_destination_without_a_namespace_is_fine_where_no_object_needs_it() -> None:
    state = desired(thing("Namespace", "a"), thing("ConfigMap", namespace="a"), of=app(namespace=""))
    assert state.objects[0]["metadata"]["annotations"][TRACKING_ID] == "web:/Namespace:/a"


ODD: list[Any] = [None, True, 7, "", "x", [], ["x"], [{}], {}, {"x": None}]


@pytest.mark.parametrize("field", ["apiVersion", "kind", "metadata", "spec", "items", "status"])
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_odd_object_is_taken_or_refused_and_never_crashes(field: str, odd: object) -> None:
    assert outcome({**thing("ConfigMap"), field: odd}) in ("taken", "refused")


@pytest.mark.parametrize("field", ["name", "namespace", "generateName", "labels", "annotations"])
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_metadata_is_taken_or_refused_and_never_crashes(field: str, odd: object) -> None:
    assert outcome({**thing("ConfigMap"), "metadata": {"name": "x", field: odd}}) in ("taken", "refused")


def outcome(rendered: Any) -> str:
    try:
        state = desired(rendered)
    except RenderError as error:
        return "refused" if str(error).startswith("Application argocd/web: ") else str(error)
    return "taken" if len(state.objects) <= 1 and state.declared() is not None else "lost"
