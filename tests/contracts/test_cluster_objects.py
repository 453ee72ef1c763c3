"""The promise of the port cluster_objects: get, list, create and patch; apply and delete are beside."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.domain.manifests.resource_type import ResourceType
from shared.errors import ConflictError, InvalidRequestError, NotFoundError
from shared.ports.cluster_objects import ListedObject, PatchKind
from tests.controlplane.cluster_world import ClusterWorld
from tests.controlplane.objects import config_map, deployment, secret

UNSERVED = [
    ResourceType("example.invalid", "v1", "Widget", "widgets", True),
    ResourceType("apps", "v1", "Widget", "widgets", True),
    ResourceType("", "v1", "Widget", "widgets", True),
]


def listed(
    world: ClusterWorld, namespace: str, selector: str = "", page_size: int = 500
) -> list[ListedObject]:
    type = world.type("ConfigMap")
    pages = world.objects.list_pages(type, namespace=namespace, label_selector=selector)
    return [item for page in pages for item in page.items if item.name != "kube-root-ca.crt"]


def names(world: ClusterWorld, namespace: str, selector: str = "") -> list[str]:
    return [item.name for item in listed(world, namespace, selector)]


def test_an_absent_object_is_none(cluster_world: ClusterWorld, namespace: str) -> None:
    assert cluster_world.objects.get(cluster_world.type("ConfigMap"), namespace, "nobody") is None
    assert cluster_world.objects.get(cluster_world.type("Namespace"), "", "nobody") is None


def test_an_object_in_a_namespace_that_does_not_exist_is_none(cluster_world: ClusterWorld) -> None:
    assert cluster_world.objects.get(cluster_world.type("ConfigMap"), "nowhere", "nobody") is None


@pytest.mark.parametrize("unserved", UNSERVED, ids=lambda each: each.api_version)
def test_a_kind_that_is_not_served_is_an_error_and_no_absence(
    cluster_world: ClusterWorld, namespace: str, unserved: ResourceType
) -> None:
    objects = cluster_world.objects
    manifest = {
        "apiVersion": unserved.api_version,
        "kind": "Widget",
        "metadata": {"name": "x", "namespace": namespace},
    }
    for ask in (
        lambda: objects.get(unserved, namespace, "x"),
        lambda: list(objects.list_pages(unserved, namespace=namespace)),
        lambda: objects.apply(unserved, manifest),
        lambda: objects.create(unserved, manifest),
        lambda: objects.patch(unserved, namespace, "x", {}),
        lambda: objects.delete(unserved, namespace, "x"),
    ):
        with pytest.raises(NotFoundError):
            ask()


def test_create_returns_the_object_as_stored(cluster_world: ClusterWorld, namespace: str) -> None:
    created = cluster_world.objects.create(
        cluster_world.type("ConfigMap"), config_map(namespace, "a", {"k": "v"})
    )

    assert created == cluster_world.objects.get(cluster_world.type("ConfigMap"), namespace, "a")
    assert (created["apiVersion"], created["kind"], created["data"]) == ("v1", "ConfigMap", {"k": "v"})
    metadata = created["metadata"]
    assert metadata["uid"]
    assert metadata["resourceVersion"]
    assert metadata["creationTimestamp"].endswith("Z")
    (managed,) = metadata["managedFields"]
    assert (managed["manager"], managed["operation"]) == ("tidegate", "Update")
    assert managed["fieldsV1"] == {"f:data": {".": {}, "f:k": {}}}


def test_creating_what_exists_is_a_conflict(cluster_world: ClusterWorld, namespace: str) -> None:
    cluster_world.objects.create(cluster_world.type("ConfigMap"), config_map(namespace, "a"))
    with pytest.raises(ConflictError, match=f'create ConfigMap {namespace}/a: configmaps "a" already exists'):
        cluster_world.objects.create(cluster_world.type("ConfigMap"), config_map(namespace, "a"))


def test_the_server_names_what_asks_for_a_generated_name(cluster_world: ClusterWorld, namespace: str) -> None:
    manifest = config_map(namespace, "x", generateName="job-")
    del manifest["metadata"]["name"]
    first, second = (
        cluster_world.objects.create(cluster_world.type("ConfigMap"), manifest)["metadata"]["name"]
        for _ in range(2)
    )
    assert first != second
    assert len(first) == len(second) == len("job-") + 5
    assert first.startswith("job-")


def test_creating_in_a_namespace_that_does_not_exist_names_it(cluster_world: ClusterWorld) -> None:
    with pytest.raises(NotFoundError, match='namespaces "nowhere" not found'):
        cluster_world.objects.create(cluster_world.type("ConfigMap"), config_map("nowhere", "a"))
    with pytest.raises(NotFoundError, match='namespaces "nowhere" not found'):
        cluster_world.objects.apply(cluster_world.type("ConfigMap"), config_map("nowhere", "a"))


def test_a_namespaced_object_without_a_namespace_is_refused(cluster_world: ClusterWorld) -> None:
    with pytest.raises(InvalidRequestError, match=r"metadata\.namespace is missing"):
        cluster_world.objects.apply(cluster_world.type("ConfigMap"), config_map("", "a"))


@pytest.mark.parametrize("name", ["a/status", "..", "."])
def test_a_name_never_reaches_another_path(cluster_world: ClusterWorld, namespace: str, name: str) -> None:
    with pytest.raises(InvalidRequestError, match="is no name"):
        cluster_world.objects.apply(cluster_world.type("ConfigMap"), config_map(namespace, name))


def test_a_list_comes_in_pages_of_one_moment(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")
    for number in range(7):
        cluster_world.objects.create(type, config_map(namespace, f"a{number}", labels={"app": "shop"}))
        cluster_world.objects.create(type, config_map(namespace, f"b{number}", labels={"app": "other"}))

    pages = cluster_world.objects.list_pages(
        type, namespace=namespace, label_selector="app=shop", page_size=3
    )
    first = next(pages)
    cluster_world.objects.create(type, config_map(namespace, "a99", labels={"app": "shop"}))
    cluster_world.objects.delete(type, namespace, "a6")
    rest = list(pages)

    assert [[item.name for item in page.items] for page in (first, *rest)] == [
        ["a0", "a1", "a2"],
        ["a3", "a4", "a5"],
        ["a6"],
    ]
    assert {page.resource_version for page in rest} == {first.resource_version}


def test_a_listed_object_has_its_metadata_decoded_and_its_body_as_bytes(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    manifest = config_map(namespace, "a", {"k": "v"}, labels={"app": "shop"}, annotations={"note": "n"})
    created = cluster_world.objects.create(cluster_world.type("ConfigMap"), manifest)

    (item,) = listed(cluster_world, namespace)

    assert (item.namespace, item.name, item.labels, item.annotations, item.deleting) == (
        namespace,
        "a",
        {"app": "shop"},
        {"note": "n"},
        False,
    )
    assert (item.uid, item.resource_version) == (
        created["metadata"]["uid"],
        created["metadata"]["resourceVersion"],
    )
    assert json.loads(item.body)["data"] == {"k": "v"}
    assert item.manifest() == created


def test_an_empty_list_has_a_page_where_a_watch_may_start(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    (page,) = cluster_world.objects.list_pages(cluster_world.type("Deployment", "apps"), namespace=namespace)
    assert page.items == ()
    assert int(page.resource_version) > 0


def test_without_a_namespace_a_list_spans_all_of_them(cluster_world: ClusterWorld, namespace: str) -> None:
    cluster_world.objects.create(
        cluster_world.type("ConfigMap"), config_map(namespace, "a", labels={"spans": namespace})
    )
    assert [item.namespace for item in listed(cluster_world, "", f"spans={namespace}")] == [namespace]


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("app", ["one", "two"]),
        ("!app", ["none"]),
        ("app=shop", ["one"]),
        ("app==shop,tier=web", ["one"]),
        ("app!=shop", ["none", "two"]),
        ("app in (shop, blog)", ["one", "two"]),
        ("app notin (shop)", ["none", "two"]),
        ("app=shop,app=blog", []),
    ],
)
def test_label_selectors_choose_like_kubectl(
    cluster_world: ClusterWorld, namespace: str, selector: str, found: list[str]
) -> None:
    type = cluster_world.type("ConfigMap")
    labels: dict[str, dict[str, str]] = {
        "one": {"app": "shop", "tier": "web", "mine": "yes"},
        "two": {"app": "blog", "mine": "yes"},
        "none": {"mine": "yes"},
    }
    for name, given in labels.items():
        cluster_world.objects.create(type, config_map(namespace, name, labels=given))
    assert sorted(names(cluster_world, namespace, f"mine=yes,{selector}")) == found


def test_a_field_selector_finds_the_events_of_one_object(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("Event")
    for name, uid in (("first", "uid-1"), ("second", "uid-2"), ("third", "uid-1")):
        involved = {"kind": "Pod", "namespace": namespace, "name": "p", "uid": uid}
        manifest = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": namespace},
            "involvedObject": involved,
        }
        cluster_world.objects.create(type, manifest)

    pages = cluster_world.objects.list_pages(
        type, namespace=namespace, field_selector="involvedObject.uid=uid-1"
    )
    assert [item.name for page in pages for item in page.items] == ["first", "third"]
    (nobodys,) = cluster_world.objects.list_pages(
        type, namespace=namespace, field_selector="involvedObject.uid=nobody"
    )
    assert nobodys.items == ()


def test_a_selector_that_cannot_be_read_is_refused(cluster_world: ClusterWorld, namespace: str) -> None:
    with pytest.raises(InvalidRequestError):
        listed(cluster_world, namespace, "a in b")


def test_a_merge_patch_sets_and_removes(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")
    cluster_world.objects.create(type, config_map(namespace, "a", {"stays": "1", "goes": "1", "turns": "1"}))

    patched = cluster_world.objects.patch(type, namespace, "a", {"data": {"goes": None, "turns": "2"}})

    assert patched["data"] == {"stays": "1", "turns": "2"}
    assert patched == cluster_world.objects.get(type, namespace, "a")


def test_a_json_patch_tests_before_it_writes(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")
    cluster_world.objects.create(type, config_map(namespace, "a", {"k": "1"}))

    def patch(expected: str) -> Any:
        operations = [
            {"op": "test", "path": "/data/k", "value": expected},
            {"op": "replace", "path": "/data/k", "value": "2"},
            {"op": "add", "path": "/metadata/annotations", "value": {"a~b/c": "x"}},
            {"op": "remove", "path": "/metadata/annotations/a~0b~1c"},
        ]
        return cluster_world.objects.patch(type, namespace, "a", operations, PatchKind.JSON)

    assert patch("1")["data"] == {"k": "2"}
    with pytest.raises(InvalidRequestError):
        patch("1")


def test_a_strategic_patch_merges_lists_by_their_keys(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("Deployment", "apps")
    cluster_world.objects.create(type, deployment(namespace, "web", env=[{"name": "A", "value": "1"}]))
    container = {"name": "app", "env": [{"name": "B", "value": "2"}]}

    patched = cluster_world.objects.patch(
        type,
        namespace,
        "web",
        {"spec": {"template": {"spec": {"containers": [container, {"name": "log", "image": "log:1"}]}}}},
        PatchKind.STRATEGIC,
    )

    containers = {each["name"]: each for each in patched["spec"]["template"]["spec"]["containers"]}
    assert sorted(containers) == ["app", "log"]
    assert containers["app"]["image"] == "registry.test/app:1"
    assert {each["name"]: each["value"] for each in containers["app"]["env"]} == {"A": "1", "B": "2"}


@pytest.mark.parametrize("kind", list(PatchKind))
def test_patching_what_is_absent_is_an_error(
    cluster_world: ClusterWorld, namespace: str, kind: PatchKind
) -> None:
    patch: Any = [] if kind is PatchKind.JSON else {}
    with pytest.raises(NotFoundError, match='configmaps "nobody" not found'):
        cluster_world.objects.patch(cluster_world.type("ConfigMap"), namespace, "nobody", patch, kind)


def test_a_patch_that_changes_nothing_writes_nothing(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")
    created = cluster_world.objects.create(type, config_map(namespace, "a", {"k": "1"}))
    patched = cluster_world.objects.patch(type, namespace, "a", {"data": {"k": "1"}})
    assert patched["metadata"]["resourceVersion"] == created["metadata"]["resourceVersion"]


def test_a_patch_of_a_version_that_is_gone_is_a_conflict(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("ConfigMap")
    read = cluster_world.objects.create(type, config_map(namespace, "a"))
    cluster_world.objects.patch(type, namespace, "a", {"data": {"k": "theirs"}})
    stale = {"metadata": {"resourceVersion": read["metadata"]["resourceVersion"]}, "data": {"k": "ours"}}
    with pytest.raises(ConflictError, match="the object has been modified"):
        cluster_world.objects.patch(type, namespace, "a", stale)


def test_generation_counts_changes_of_the_spec_only(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("Deployment", "apps")
    created = cluster_world.objects.create(type, deployment(namespace, "web", replicas=0))
    labelled = cluster_world.objects.patch(type, namespace, "web", {"metadata": {"labels": {"a": "b"}}})
    scaled = cluster_world.objects.patch(type, namespace, "web", {"spec": {"replicas": 1}})
    same = cluster_world.objects.patch(type, namespace, "web", {"spec": {"replicas": 1}})
    assert [each["metadata"]["generation"] for each in (created, labelled, scaled, same)] == [1, 1, 2, 2]


def test_an_invalid_object_is_refused_with_the_servers_sentence_about_the_field(
    cluster_world: ClusterWorld, namespace: str
) -> None:
    wrong = deployment(namespace, "web", replicas=-1)
    for write in (cluster_world.objects.create, cluster_world.objects.apply):
        with pytest.raises(InvalidRequestError, match=r'Deployment\.apps "web" is invalid: spec\.replicas: '):
            write(cluster_world.type("Deployment", "apps"), wrong)


def test_a_field_that_cannot_change_says_so(cluster_world: ClusterWorld, namespace: str) -> None:
    type = cluster_world.type("Deployment", "apps")
    cluster_world.objects.apply(type, deployment(namespace, "web", replicas=0))
    moved = deployment(namespace, "web", replicas=0)
    moved["spec"]["selector"] = {"matchLabels": {"app": "other"}}
    moved["spec"]["template"]["metadata"]["labels"] = {"app": "other"}
    with pytest.raises(InvalidRequestError, match=r"spec\.selector: .*field is immutable"):
        cluster_world.objects.apply(type, moved)


@pytest.mark.parametrize("fields", [{"data": {"k": "hunter2!"}}, {"stringData": {"k": 271828}}])
def test_a_refused_secret_keeps_its_values_to_itself(
    cluster_world: ClusterWorld, namespace: str, fields: dict[str, Any]
) -> None:
    for write in (cluster_world.objects.create, cluster_world.objects.apply):
        with pytest.raises(InvalidRequestError) as refused:
            write(cluster_world.type("Secret"), secret(namespace, "s", **fields))
        assert "Secret" in str(refused.value)
        assert "hunter2" not in str(refused.value)
        assert "271828" not in str(refused.value)
