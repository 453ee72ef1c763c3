"""What shared/ports/manifest_tool.py promises: charts, as `helm template` renders them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kubetools.build import build
from shared.adapters.tools.manifest_tool import KubetoolsManifestTool
from shared.domain.render.render_request import (
    FileParameter,
    HelmParameter,
    ValueFile,
)
from shared.domain.render.rendered import Rendered
from shared.errors import RenderError
from shared.ports.manifest_tool import ManifestTool
from tests.adapters.tools.extracts import File, blob_id
from tests.adapters.tools.questions import Commit, chart, config, helm, names, read


@pytest.fixture(scope="module")
def tool() -> Iterator[ManifestTool]:
    made = KubetoolsManifestTool(build() / "kubetools")
    yield made
    made.close()


@pytest.fixture
def commit(tmp_path: Path) -> Commit:
    return Commit(tmp_path / "objects")


def shown(rendered: Rendered) -> str:
    text = rendered.objects[0]["data"]["values"]
    assert isinstance(text, str)
    return text


def test_a_chart_is_rendered_with_its_release(tool: ManifestTool, commit: Commit) -> None:
    text = config("{{ .Release.Name }}-{{ .Chart.Name }}") + "  namespace: {{ .Release.Namespace }}\n"
    (made,) = tool.helm(helm(commit(chart(config=text)))).objects
    assert made["metadata"] == {"name": "shop-web", "namespace": "prod"}


def test_values_come_by_their_precedence(tool: ManifestTool, commit: Commit) -> None:
    files = chart("a: 1\nb: 1\nc: 1\nd: 1\ndeep: {x: 1, z: 1}\n")
    checkout = commit({**files, "one.yaml": "b: 2\nc: 2\nd: 2\ndeep: {z: 2}\n", "two.yaml": "c: 3\nd: 3\n"})
    request = helm(
        checkout,
        value_files=(ValueFile(checkout, "one.yaml"), ValueFile(checkout, "two.yaml")),
        values="d: 4\n",
        parameters=(HelmParameter("e", "5"), HelmParameter("deep.x", "true", force_string=True)),
    )
    assert shown(tool.helm(request)) == '{"a":1,"b":2,"c":3,"d":4,"deep":{"x":"true","z":2},"e":5}'


@pytest.mark.parametrize(
    ("value", "force", "expected"),
    [
        ("a,b", False, '"a,b"'), ("{a,b}", False, '["a","b"]'), ("x=y", False, '"x=y"'),
        ("007", False, '"007"'),
        ("7", True, '"7"'), ("null", False, None), (r"a\,b", False, '"a,b"'), ("", False, '""'),
        ("a.b", False, '"a.b"'),
    ],
)  # fmt: skip
def test_parameters_are_read_as_by_helm(
    tool: ManifestTool, commit: Commit, value: str, force: bool, expected: str | None
) -> None:
    request = helm(commit(chart("p: 0\n")), parameters=(HelmParameter("p", value, force),))
    assert shown(tool.helm(request)) == ("{}" if expected is None else f'{{"p":{expected}}}')


def test_a_file_becomes_a_value(tool: ManifestTool, commit: Commit) -> None:
    checkout = commit({**chart(), "a,b.txt": "one\ntwo\n"})
    request = helm(checkout, file_parameters=(FileParameter("text", ValueFile(checkout, "a,b.txt")),))
    assert shown(tool.helm(request)) == '{"text":"one\\ntwo\\n"}'


def test_value_files_of_another_repository_are_read_and_recorded_under_its_name(
    tool: ManifestTool, commit: Commit
) -> None:
    values = commit({"env/prod.yaml": "a: 2\n"}, "https://git.example/values")
    rendered = tool.helm(helm(commit(chart("a: 1\n")), value_files=(ValueFile(values, "env/prod.yaml"),)))
    assert shown(rendered) == '{"a":2}'
    assert ("https://git.example/values", "env/prod.yaml", blob_id("a: 2\n")) in rendered.read_set.entries


def test_globs_of_value_files_are_sorted_and_explicit_files_keep_their_place(
    tool: ManifestTool, commit: Commit
) -> None:
    files: dict[str, File] = {
        f"env/{name}.yaml": f"last: {name}\n{name[-1]}: 1\n" for name in ("b", "a", "deep/c")
    }
    checkout = commit({**chart(), **files})

    def rendered(*paths: str) -> str:
        return shown(
            tool.helm(helm(checkout, value_files=tuple(ValueFile(checkout, path) for path in paths)))
        )

    assert rendered("env/*.yaml") == '{"a":1,"b":1,"last":"b"}'
    assert rendered("env/*.yaml", "env/a.yaml") == '{"a":1,"b":1,"last":"a"}'
    assert rendered("env/**/*.yaml") == '{"a":1,"b":1,"c":1,"last":"deep/c"}'
    assert rendered("env/{a,b}.yaml") == '{"a":1,"b":1,"last":"b"}'


@pytest.mark.parametrize("path", ["env/none.yaml", "none/*.yaml"])
def test_a_missing_values_file_is_named_unless_it_may_be_missing(
    tool: ManifestTool, commit: Commit, path: str
) -> None:
    checkout = commit(chart())
    request = helm(checkout, value_files=(ValueFile(checkout, path),))
    with pytest.raises(RenderError, match=path.replace("*", r"\*")):
        tool.helm(request)
    rendered = tool.helm(replace(request, ignore_missing_value_files=True))
    assert read(rendered)[path if "*" not in path else "none"] == ""


def test_a_chart_sees_the_cluster_and_helm(tool: ManifestTool, commit: Commit) -> None:
    text = config("x") + (
        "data:\n  kube: {{ .Capabilities.KubeVersion.Version }} {{ .Capabilities.KubeVersion.Minor }}\n"
        "  helm: {{ .Capabilities.HelmVersion.Version }}\n"
        "  apis: '{{ .Capabilities.APIVersions.Has \"example.dev/v1/Thing\" }}'\n"
        "  install: '{{ .Release.IsInstall }}{{ .Release.IsUpgrade }}'\n"
        '  lookup: \'{{ lookup "v1" "Secret" "x" "y" }}\'\n'
    )
    request = helm(
        commit(chart(config=text)), kube_version="v1.31.4-aks", api_versions=("example.dev/v1/Thing",)
    )
    assert tool.helm(request).objects[0]["data"] == {
        "kube": "v1.31.4-aks 31",
        "helm": "v4.2.4",
        "apis": "true",
        "install": "truefalse",
        "lookup": "map[]",
    }


def test_a_chart_may_refuse_a_cluster(tool: ManifestTool, commit: Commit) -> None:
    files = {
        **chart(),
        "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\nkubeVersion: '>=1.40'\n",
    }
    with pytest.raises(
        RenderError, match=r"requires kubeVersion: >=1\.40 which is incompatible .* v1\.31\.0"
    ):
        tool.helm(helm(commit(files), kube_version="1.31.0"))


def test_objects_come_as_helm_template_prints_them(tool: ManifestTool, commit: Commit) -> None:
    hook = "  annotations: {helm.sh/hook: %s}\n"
    files: dict[str, File] = {
        **chart(
            web="kind: Deployment\nmetadata: {name: web}\n---\nkind: Namespace\nmetadata: {name: ns}\n",
            empty="{{ if false }}\nkind: X\n{{ end }}\n",
            job="kind: Job\nmetadata:\n  name: migrate\n" + hook % "pre-install",
            test="kind: Pod\nmetadata:\n  name: probe\n" + hook % "test",
            unknown="kind: Pod\nmetadata:\n  name: old\n" + hook % "crd-install",
        ),
        "chart/templates/NOTES.txt": "Thank you",
        "chart/templates/_part.yaml": "kind: Partial",
        "chart/crds/thing.yaml": "kind: CustomResourceDefinition\nmetadata: {name: things}\n",
        "chart/.helmignore": "ignored*\n",
        "chart/templates/ignored.yaml": '{{ fail "read" }}',
    }
    request = helm(commit(files))
    plain = ["Namespace/ns", "Deployment/web"]
    assert names(tool.helm(request)) == [
        "CustomResourceDefinition/things",
        *plain,
        "Pod/probe",
        "Job/migrate",
    ]
    assert names(tool.helm(replace(request, skip_crds=True, skip_tests=True))) == [*plain, "Job/migrate"]


def test_dependencies_must_be_in_the_repository(tool: ManifestTool, commit: Commit) -> None:
    needs = "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n"
    needs += "- {name: db, version: 1.x.x, repository: 'https://x'}\n"
    files = {**chart("db: {size: 1}\n"), "chart/Chart.yaml": needs}
    with pytest.raises(RenderError, match=r"missing in charts/ directory: db\. Run `helm dependency build`"):
        tool.helm(helm(commit(files)))
    part: dict[str, File] = {
        "chart/charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.2.3\n",
        "chart/charts/db/templates/a.yaml": config("db-{{ .Values.size }}"),
    }
    assert names(tool.helm(helm(commit({**files, **part})))) == ["ConfigMap/db-1", "ConfigMap/shop"]


def test_values_are_held_against_the_schema(tool: ManifestTool, commit: Commit) -> None:
    schema = '{"properties": {"size": {"type": "integer", "minimum": 1}}, "required": ["size"]}'
    request = helm(commit({**chart("size: 0\n"), "chart/values.schema.json": schema}))
    with pytest.raises(RenderError, match=r"web:\n.*size.*minimum"):
        tool.helm(request)
    assert tool.helm(replace(request, skip_schema_validation=True)).objects
    assert tool.helm(replace(request, values="size: 1")).objects


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ fail \"no way\" }}", "no way"),
        ("{{ required \"size is needed\" .Values.size }}", "size is needed"),
        ("{{ .Values.a.b.c }}", r"web/templates/broken\.yaml:1"),
        ("{{ if }}", r"web/templates/broken\.yaml:1"),
        ("kind: X\n  a: [", r"YAML parse error on web/templates/broken\.yaml"),
        ("metadata: {name: x}", r"web/templates/broken\.yaml: object \"x\" has no kind"),
        ("{{ include \"nothing\" . }}", "nothing"),
        ("{{ env \"HOME\" }}", "function \"env\" not defined"),
        ("{{ expandenv \"$HOME\" }}", "function \"expandenv\" not defined"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_template_is_said_with_its_name(
    tool: ManifestTool, commit: Commit, template: str, said: str
) -> None:
    with pytest.raises(RenderError, match=said):
        tool.helm(helm(commit(chart(broken=template))))


def test_a_chart_needs_a_chart_file(tool: ManifestTool, commit: Commit) -> None:
    with pytest.raises(RenderError, match=r"chart: Chart\.yaml file is missing"):
        tool.helm(helm(commit({"chart/values.yaml": ""})))
    with pytest.raises(RenderError, match="chart: there is no such directory"):
        tool.helm(helm(commit({"a": ""})))


def test_a_charts_read_set_is_its_tree(tool: ManifestTool, commit: Commit) -> None:
    one, other = commit({**chart(), "x": "1"}), commit({**chart(), "x": "2"})
    assert list(read(tool.helm(helm(one)))) == ["chart"]
    assert tool.helm(helm(one)).read_set == tool.helm(helm(other)).read_set
    assert tool.helm(helm(one)).read_set != tool.helm(helm(commit(chart("a: 1")))).read_set
