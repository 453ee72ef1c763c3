"""What the manifest tool is asked to do."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.render.render_plan import ClusterFacts, RenderRequest, render_request
from shared.domain.render.render_request import (
    DirectoryRequest,
    FileParameter,
    HelmParameter,
    HelmRequest,
    KustomizeRequest,
    ValueFile,
)
from shared.domain.render.source_type import SourceType
from shared.errors import RenderError
from tests.domain.render.asked import COMMIT, application, checkout

HERE, THERE = checkout(), checkout("https://github.com/my-org/config.git")
CLUSTER = ClusterFacts("v1.34.4", ("v1", "apps/v1"))


def asked(
    source_type: SourceType, cluster: ClusterFacts = CLUSTER, name: str = "shop", **source: Any
) -> RenderRequest:
    app = application(name, **source)
    return render_request(app, app.sources[0], HERE, {"values": THERE}, source_type, cluster)


def helm(cluster: ClusterFacts = CLUSTER, name: str = "shop", **options: Any) -> HelmRequest:
    request = asked(SourceType.HELM, cluster, name, helm=options)
    assert isinstance(request, HelmRequest)
    return request


def kustomize(**options: Any) -> dict[str, object]:
    request = asked(SourceType.KUSTOMIZE, kustomize=options)
    assert isinstance(request, KustomizeRequest)
    return request.options


def test_a_chart_without_options_takes_its_names_from_the_application() -> None:
    assert asked(SourceType.HELM) == HelmRequest(
        HERE, "charts/ai-app", "shop", "production", "1.34.4", ("apps/v1", "v1")
    )


def test_every_option_of_helm_reaches_the_tool() -> None:
    request = helm(
        valueFiles=["values.prod.yaml", "$values/prod.yaml", "values.prod.yaml"],
        values="a: 1",
        parameters=[{"name": "a", "value": "1"}, {"name": "b", "value": "2", "forceString": True}],
        fileParameters=[{"name": "c", "path": "files/c.txt"}],
        releaseName="store",
        namespace="elsewhere",
        kubeVersion="v1.30.1",
        apiVersions=["example.com/v1"],
        ignoreMissingValueFiles=True,
        skipCrds=True,
        skipTests=True,
        skipSchemaValidation=True,
    )
    assert request == HelmRequest(
        HERE,
        "charts/ai-app",
        "store",
        "elsewhere",
        "1.30.1",
        ("example.com/v1",),
        (ValueFile(HERE, "charts/ai-app/values.prod.yaml"), ValueFile(THERE, "prod.yaml")),
        "a: 1",
        (HelmParameter("a", "1"), HelmParameter("b", "2", force_string=True)),
        (FileParameter("c", ValueFile(HERE, "charts/ai-app/files/c.txt")),),
        skip_crds=True,
        skip_tests=True,
        skip_schema_validation=True,
        ignore_missing_value_files=True,
    )


def test_the_release_is_named_like_the_application_alone_in_any_namespace() -> None:
    app = application(namespace="team-a")
    request = render_request(app, app.sources[0], HERE, {}, SourceType.HELM, CLUSTER)
    assert isinstance(request, HelmRequest)
    assert request.release == "shop"


def test_a_release_name_that_helm_refuses_says_where_to_set_another() -> None:
    with pytest.raises(
        RenderError, match=r"longer than 53 characters. Set a shorter spec.source.helm.releaseName"
    ):
        helm(name="x" * 54)
    assert helm(name="x" * 53).release == "x" * 53


def test_variables_are_put_into_parameters_but_not_into_values() -> None:
    request = helm(values="a: $ARGOCD_APP_NAME", parameters=[{"name": "$X", "value": "$ARGOCD_APP_REVISION"}])
    assert request.values == "a: $ARGOCD_APP_NAME"
    assert request.parameters == (HelmParameter("$X", COMMIT),)


def test_commas_and_braces_are_left_to_the_tool() -> None:
    values = ["a,b", "{a,b}", r"a\,b", ""]
    request = helm(parameters=[{"name": "x", "value": value} for value in values])
    assert [parameter.value for parameter in request.parameters] == values


@pytest.mark.parametrize(
    ("version", "seen"),
    [("v1.34.4", "1.34.4"), ("1.34", "1.34"), ("v1.30.1-gke.5", "1.30.1"), ("v1.29+", "1.29"), ("", "")],
)
def test_charts_see_the_clusters_version_without_its_trimmings(version: str, seen: str) -> None:
    assert helm(ClusterFacts(version, ())).kube_version == seen


def test_a_version_that_is_none_is_refused() -> None:
    with pytest.raises(RenderError, match=r"'latest' is no Kubernetes version. Write 1.34 or v1.34.4"):
        helm(kubeVersion="latest")


def test_kustomize_options_are_passed_on_as_written() -> None:
    options = {"namePrefix": "dev-", "replicas": [{"name": "api", "count": 2}], "namespace": "dev"}
    assert kustomize(**options) == options
    assert asked(SourceType.KUSTOMIZE) == KustomizeRequest(HERE, "charts/ai-app", {})


def test_variables_are_put_into_images_and_labels_and_into_annotations_when_asked() -> None:
    options = {
        "images": ["api=registry/api:$ARGOCD_APP_REVISION_SHORT"],
        "commonLabels": {"app": "$ARGOCD_APP_NAME"},
        "commonAnnotations": {"app": "$ARGOCD_APP_NAME"},
        "namePrefix": "$ARGOCD_APP_NAME",
    }
    filled = kustomize(**options)
    assert filled["images"] == ["api=registry/api:0123456"]
    assert filled["commonLabels"] == {"app": "shop"}
    assert filled["commonAnnotations"] == {"app": "$ARGOCD_APP_NAME"}
    assert filled["namePrefix"] == "$ARGOCD_APP_NAME"
    assert kustomize(**options, commonAnnotationsEnvsubst=True)["commonAnnotations"] == {"app": "shop"}


def test_the_application_keeps_its_options_as_written() -> None:
    app = application(kustomize={"images": ["api:$ARGOCD_APP_NAME"]})
    render_request(app, app.sources[0], HERE, {}, SourceType.KUSTOMIZE, CLUSTER)
    assert app.sources[0].kustomize == {"images": ["api:$ARGOCD_APP_NAME"]}


def test_a_folder_of_plain_manifests_passes_its_globs_on() -> None:
    directory = {"recurse": True, "include": "*.yaml", "exclude": "{a,b}.yaml"}
    assert asked(SourceType.DIRECTORY, directory=directory) == DirectoryRequest(
        HERE, "charts/ai-app", recurse=True, include="*.yaml", exclude="{a,b}.yaml"
    )
    assert asked(SourceType.DIRECTORY, path="./") == DirectoryRequest(HERE, ".")
