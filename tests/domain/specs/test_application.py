"""What an Application says, and what it must not say."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application, Cascade, InfoItem
from shared.domain.specs.destination import Destination
from shared.domain.specs.helm_options import HelmOptions
from shared.domain.specs.ignore_rule import IgnoreRule
from shared.domain.specs.source import Source
from shared.domain.specs.sync_options import SyncOptions
from shared.domain.specs.sync_policy import Automated, SyncPolicy
from shared.errors import InvalidSpecError
from tests.domain.specs.seed import AI_APP, ROOT_APP, manifest

REPO = "https://github.com/my-org/helm-charts.git"
FINALIZER = "resources-finalizer.argocd.argoproj.io"


def application(metadata: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    """A small valid Application with some fields replaced."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "shop", "namespace": "argocd", **(metadata or {})},
        "spec": {
            "source": {"repoURL": REPO, "path": "apps"},
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"},
            **spec,
        },
    }


def parsed(metadata: dict[str, Any] | None = None, **spec: Any) -> Application:
    return Application.parse(application(metadata, **spec))


def complaint(metadata: dict[str, Any] | None = None, **spec: Any) -> str:
    with pytest.raises(InvalidSpecError) as caught:
        parsed(metadata, **spec)
    return str(caught.value)


def test_the_users_application_is_read_as_it_stands() -> None:
    assert Application.parse(manifest(AI_APP)) == Application(
        ref=AppRef("argocd", "ai-app-production"),
        instance_name="ai-app-production",
        destination=Destination("production", server="https://kubernetes.default.svc"),
        sources=(Source(REPO, "charts/ai-app", "main", helm=HelmOptions(value_files=("values.prod.yaml",))),),
        sync_policy=SyncPolicy(
            Automated(prune=True, self_heal=True),
            SyncOptions(("CreateNamespace=true", "ApplyOutOfSyncOnly=true")),
        ),
    )


def test_the_users_root_application_is_read_as_it_stands() -> None:
    root = Application.parse(manifest(ROOT_APP))
    assert root.sources == (Source(REPO, "apps", "main"),)
    assert root.sync_policy == SyncPolicy(Automated(prune=True, self_heal=True))
    assert root.project == "default"
    assert root.unsupported() == ()


def test_an_application_without_a_namespace_lives_in_the_control_namespace() -> None:
    assert parsed({"namespace": None}).ref == AppRef("argocd", "shop")
    elsewhere = Application.parse(application({"namespace": None}), control_namespace="tidegate")
    assert elsewhere.ref == AppRef("tidegate", "shop")
    assert elsewhere.instance_name == "shop"


def test_outside_the_control_namespace_the_instance_name_says_the_namespace() -> None:
    assert parsed({"namespace": "team-a"}).instance_name == "team-a_shop"


def test_an_empty_project_is_the_default_project() -> None:
    assert parsed(project="").project == "default"
    assert parsed(project="web").project == "web"


def test_sources_win_over_source_when_there_are_any() -> None:
    many = [{"repoURL": REPO, "path": "a"}, {"repoURL": REPO, "ref": "values"}]
    assert [source.path for source in parsed(sources=many).sources] == ["a", ""]
    assert [source.path for source in parsed(sources=[]).sources] == ["apps"]


@pytest.mark.parametrize(
    ("finalizers", "cascade"),
    [
        (None, Cascade.NONE),
        (["post-delete-finalizer.argocd.argoproj.io"], Cascade.NONE),
        ([FINALIZER], Cascade.FOREGROUND),
        ([f"{FINALIZER}/foreground"], Cascade.FOREGROUND),
        ([f"{FINALIZER}/background"], Cascade.BACKGROUND),
        ([f"{FINALIZER}/other"], Cascade.NONE),
    ],
)
def test_its_finalizer_decides_what_its_removal_takes_along(
    finalizers: list[str] | None, cascade: Cascade
) -> None:
    assert parsed({"finalizers": finalizers}).cascade is cascade


def test_its_annotations_steer_it() -> None:
    plain = parsed()
    assert (plain.hosted, plain.refresh, plain.deletion_approved, plain.skip_reconcile) == (
        True,
        "",
        "",
        False,
    )
    steered = parsed(
        {
            "annotations": {
                "tidegate.dev/hosted": "false",
                "argocd.argoproj.io/refresh": "hard",
                "argocd.argoproj.io/deletion-approved": "2026-11-22T10:00:00Z",
                "argocd.argoproj.io/skip-reconcile": "true",
            }
        }
    )
    assert (steered.hosted, steered.refresh, steered.skip_reconcile) == (False, "hard", True)
    assert steered.deletion_approved == "2026-11-22T10:00:00Z"


@pytest.mark.parametrize(("text", "refresh"), [("normal", "normal"), ("", "normal"), ("soft", "normal")])
def test_any_refresh_but_hard_is_a_normal_one(text: str, refresh: str) -> None:
    assert parsed({"annotations": {"argocd.argoproj.io/refresh": text}}).refresh == refresh


def test_what_is_for_people_and_history_is_kept() -> None:
    app = parsed(info=[{"name": "owner", "value": "web team"}], revisionHistoryLimit=0)
    assert app.info == (InfoItem("owner", "web team"),)
    assert app.revision_history_limit == 0
    assert parsed().revision_history_limit == 10


def test_ignored_differences_are_kept_whole() -> None:
    rule = {
        "group": "apps",
        "kind": "Deployment",
        "jsonPointers": ["/spec/replicas"],
        "jqPathExpressions": [".spec.template"],
        "managedFieldsManagers": ["kube-controller-manager"],
    }
    assert parsed(ignoreDifferences=[rule]).ignore_differences == (
        IgnoreRule(
            "apps",
            "Deployment",
            "",
            "",
            ("/spec/replicas",),
            (".spec.template",),
            ("kube-controller-manager",),
        ),
    )


WRONG: list[tuple[dict[str, Any], str]] = [
    (
        {"destination": {"name": "prod", "server": "https://aks"}},
        "spec.destination sets both name 'prod' and server 'https://aks'. Keep one of them",
    ),
    ({"destination": {}}, "spec.destination sets neither name nor server. Add one of them"),
    ({"destination": "prod"}, "spec.destination must be an object, not a text"),
    (
        {"destination": {"server": 7}},
        "spec.destination.server must be a text, not a whole number. Put it in quotes",
    ),
    ({"source": None}, "spec.source is missing. Name a repository and a path in it"),
    ({"source": ["apps"]}, "spec.source must be an object, not a list"),
    ({"sources": {"repoURL": REPO}}, "spec.sources must be a list, not an object"),
    ({"sources": ["apps"]}, "spec.sources[0] must be an object, not a text"),
    ({"project": 1.5}, "spec.project must be a text, not a number. Put it in quotes"),
    ({"syncPolicy": "automated"}, "spec.syncPolicy must be an object, not a text"),
    (
        {"syncPolicy": {"syncOptions": "Validate=false"}},
        "spec.syncPolicy.syncOptions must be a list, not a text. Write one entry a line, each after a dash",
    ),
    (
        {"syncPolicy": {"automated": {"prune": "yes"}}},
        "spec.syncPolicy.automated.prune must be true or false, not a text",
    ),
    ({"revisionHistoryLimit": True}, "spec.revisionHistoryLimit must be a whole number, not true or false"),
    ({"revisionHistoryLimit": -1}, "spec.revisionHistoryLimit is -1. Write 0 to keep none"),
    (
        {"ignoreDifferences": [{"group": "apps"}]},
        "spec.ignoreDifferences[0].kind is missing. Name a kind, or '*' for every kind",
    ),
    (
        {"ignoreDifferences": [{"kind": "Service", "jsonPointers": [1]}]},
        "spec.ignoreDifferences[0].jsonPointers[0] must be a text, not a whole number. Put it in quotes",
    ),
    (
        {"info": [{"name": "x", "value": 3}]},
        "spec.info[0].value must be a text, not a whole number. Put it in quotes",
    ),
    (
        {"sources": [{"repoURL": REPO, "path": "a", "ref": "v"}, {"repoURL": REPO, "ref": "v"}]},
        "spec.sources gives two sources the ref 'v'. Rename one of them",
    ),
    (
        {
            "sources": [
                {"repoURL": REPO, "path": "a", "name": "n"},
                {"repoURL": REPO, "path": "b", "name": "n"},
            ]
        },
        "spec.sources gives two sources the name 'n'. Rename one of them",
    ),
]


@pytest.mark.parametrize(("spec", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_what_is_wrong_is_said_with_the_field_and_the_way_out(spec: dict[str, Any], sentence: str) -> None:
    assert complaint(**spec) == f"Application argocd/shop: {sentence}"


@pytest.mark.parametrize(
    ("metadata", "sentence"),
    [
        ({"name": None}, "Application: metadata.name is missing. An Application needs a name"),
        ({"name": 7}, "Application: metadata.name must be a text, not a whole number. Put it in quotes"),
        ({"name": "a/b"}, "Application argocd/a/b: metadata.name is no Kubernetes name"),
        ({"name": "x" * 254}, f"Application argocd/{'x' * 254}: metadata.name is no Kubernetes name"),
        ({"namespace": "Shop"}, "Application Shop/shop: metadata.namespace is no Kubernetes name"),
        ({"labels": ["a"]}, "Application argocd/shop: metadata.labels must be an object, not a list"),
        (
            {"annotations": {"tidegate.dev/hosted": False}},
            "Application argocd/shop: metadata.annotations['tidegate.dev/hosted'] must be a text, "
            "not true or false. Put it in quotes",
        ),
        ({"finalizers": "x"}, "Application argocd/shop: metadata.finalizers must be a list, not a text"),
    ],
)
def test_metadata_is_read_as_strictly(metadata: dict[str, Any], sentence: str) -> None:
    assert complaint(metadata).startswith(sentence)


@pytest.mark.parametrize(
    "document",
    [{}, {"metadata": []}, {"metadata": {"name": "a"}}, {"kind": "Application", "metadata": {"name": "a"}}],
)
def test_any_other_document_is_refused_and_never_crashes(document: dict[str, Any]) -> None:
    with pytest.raises(InvalidSpecError):
        Application.parse(document)


def test_another_kind_is_named() -> None:
    other = {**application(), "kind": "AppProject"}
    with pytest.raises(InvalidSpecError, match=r"kind says argoproj.io/v1alpha1 AppProject"):
        Application.parse(other)


def test_unknown_fields_do_not_matter() -> None:
    assert parsed(sourceIntegrity={"a": 1}) == parsed()


def test_what_is_not_built_yet_is_listed_in_the_order_of_the_manifest() -> None:
    app = parsed(
        sources=[
            {"repoURL": "https://charts.example.com", "chart": "redis", "targetRevision": "18.*"},
            {"repoURL": REPO, "path": "a", "plugin": {"name": "x"}},
        ],
        ignoreDifferences=[{"kind": "*", "jqPathExpressions": [".a"], "managedFieldsManagers": ["m"]}],
    )
    assert [sentence.partition(":")[0] for sentence in app.unsupported()] == [
        "spec.sources[0].chart",
        "spec.sources[1].plugin",
        "spec.ignoreDifferences[0].jqPathExpressions",
        "spec.ignoreDifferences[0].managedFieldsManagers",
    ]


def test_a_hydrated_application_parses_and_says_that_hydration_is_not_built_yet() -> None:
    app = parsed(
        source=None,
        sourceHydrator={
            "drySource": {"repoURL": REPO, "path": "dry", "targetRevision": "main"},
            "syncSource": {"targetBranch": "env/prod", "path": "prod"},
        },
    )
    assert app.sources == (Source(REPO, "prod", "env/prod"),)
    assert app.unsupported() == ("spec.sourceHydrator: rendered-manifest branches are not written yet",)
