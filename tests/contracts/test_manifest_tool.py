"""What shared/ports/manifest_tool.py promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kubetools.build import build
from shared.adapters.tools.manifest_tool import KubetoolsManifestTool
from shared.domain.render.render_request import (
    DirectoryRequest,
    FileParameter,
    HelmParameter,
    HelmRequest,
    KustomizeRequest,
    ValueFile,
)
from shared.domain.render.rendered import Rendered
from shared.domain.source.checkout import Checkout
from shared.errors import RenderError, UnavailableError
from shared.ports.manifest_tool import ManifestTool
from tests.adapters.tools.extracts import File, Link, Submodule, blob_id, write_extract

REPO = "https://git.example/shop"

Commit = Callable[..., Checkout]


@pytest.fixture(scope="module")
def tool() -> Iterator[ManifestTool]:
    made = KubetoolsManifestTool(build() / "kubetools")
    yield made
    made.close()


@pytest.fixture
def commit(tmp_path: Path) -> Commit:
    def write(files: Mapping[str, File], repo_url: str = REPO) -> Checkout:
        return write_extract(tmp_path / "objects", files, repo_url)

    return write


def names(rendered: Rendered) -> list[str]:
    return [f"{each['kind']}/{each['metadata']['name']}" for each in rendered.objects]


def read(rendered: Rendered) -> dict[str, str]:
    return {path: found for _, path, found in rendered.read_set.entries}


def config(name: str, **data: str) -> str:
    lines = "".join(f"  {key}: {value!r}\n" for key, value in data.items())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n" + (
        f"data:\n{lines}" if data else ""
    )


# --- YAML -------------------------------------------------------------------------------------------------

SCALARS = [
    ("y", True), ("n", False), ("on", True), ("NO", False), ("0o777", 511), ("0777", 511), ("08", 8),
    ("1e3", 1000), ("1_000", 1000), ("12:30:45", "12:30:45"), ("2001-01-01", "2001-01-01"),
    ("!!binary aGk=", "hi"), ("!custom x", "x"), ("12345678901234567890", 12345678901234567890),
    ("9007199254740993", 9007199254740993), ("-9223372036854775808", -(2**63)), ("1.10", 1.1),
    ('"1.10"', "1.10"),
    ("~", None), ("'yes'", "yes"), ("0x1F", 31), ("0b11", 3), ("1.0", 1), ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_scalars_mean_what_they_mean_to_kubernetes(tool: ManifestTool, text: str, value: object) -> None:
    (document,) = tool.yaml(f"value: {text}\n".encode())
    assert document == {"value": value}
    assert type(document["value"]) in {type(value), int}


@pytest.mark.parametrize(("key", "name"), [("on", "true"), ("1", "1"), ("y", "true"), ("1.5", "1.5")])
def test_keys_are_texts(tool: ManifestTool, key: str, name: str) -> None:
    assert tool.yaml(f"{key}: 1\n".encode()) == ({name: 1},)


def test_a_stream_has_its_documents_in_order_and_no_empty_ones(tool: ManifestTool) -> None:
    assert tool.yaml(b"---\na: 1\n---\n# nothing\n---\nnull\n---\nb: &x {c: 2}\nd: *x\n") == (
        {"a": 1},
        {"b": {"c": 2}, "d": {"c": 2}},
    )
    assert tool.yaml(b"") == ()


def test_json_is_read_too(tool: ManifestTool) -> None:
    assert tool.yaml(b'{"a": [1, "y"]}') == ({"a": [1, "y"]},)


@pytest.mark.parametrize(
    "text", [b"a: .inf\n", b"a: [1\n", b"a: b: c\n", b"- a\n", b"just text\n", b"a: *none\n"]
)
def test_what_is_no_object_is_refused(tool: ManifestTool, text: bytes) -> None:
    with pytest.raises(RenderError, match="document 1"):
        tool.yaml(text)


def test_a_mistake_is_named_with_its_line(tool: ManifestTool) -> None:
    with pytest.raises(RenderError, match=r"document 2.*line \d"):
        tool.yaml(b"a: 1\n---\nb: 1\nc: [\n")


# --- Directory --------------------------------------------------------------------------------------------


def test_a_folder_gives_its_manifests_by_name_and_not_those_below(tool: ManifestTool, commit: Commit) -> None:
    checkout = commit({
        "app/b.yml": config("b"), "app/a.yaml": config("a"),
        "app/c.json": '{"kind":"X","metadata":{"name":"c"}}',
        "app/README.md": "# no manifest", "app/deep/d.yaml": config("d"), "else/e.yaml": config("e"),
    })  # fmt: skip
    assert names(tool.directory(DirectoryRequest(checkout, "app"))) == ["ConfigMap/a", "ConfigMap/b", "X/c"]
    recursed = tool.directory(DirectoryRequest(checkout, "app", recurse=True))
    assert names(recursed) == ["ConfigMap/a", "ConfigMap/b", "X/c", "ConfigMap/d"]


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ("{a,b}.yaml", "", ["a", "b"]),
        ("", "b.*", ["a", "c", "d"]),
        ("*.yaml", "{b.yaml,deep/*}", ["a", "c"]),
        ("deep/*", "", ["d"]),
        ("*", "", ["a", "b", "c", "d"]),  # `*` crosses folders, as in Argo CD
    ],
)
def test_include_and_exclude_are_globs_with_braces(
    tool: ManifestTool, commit: Commit, include: str, exclude: str, expected: list[str]
) -> None:
    checkout = commit({f"app/{path}.yaml": config(path[-1]) for path in ("a", "b", "c", "deep/d")})
    request = DirectoryRequest(checkout, "app", recurse=True, include=include, exclude=exclude)
    assert names(tool.directory(request)) == [f"ConfigMap/{name}" for name in expected]


def test_lists_are_taken_apart(tool: ManifestTool, commit: Commit) -> None:
    items = "".join("- " + config(name).replace("\n", "\n  ").rstrip() + "\n" for name in ("a", "b"))
    checkout = commit({
        "list.yaml": f"apiVersion: v1\nkind: List\nitems:\n{items}",
        "none.yaml": "apiVersion: v1\nkind: ConfigMapList\nitems: null\n",
    })  # fmt: skip
    assert names(tool.directory(DirectoryRequest(checkout, ""))) == ["ConfigMap/a", "ConfigMap/b"]


def test_what_is_no_manifest_is_left_out(tool: ManifestTool, commit: Commit) -> None:
    checkout = commit({
        "a.yaml": config("a"),
        "marked.yaml": "# +argocd:skip-file-rendering\n" + config("marked"),
        "template.yaml": "{{ if .Values.x }}\nx: 1\n{{ end }}\n",
        "pipeline.yaml": "steps: [1, 2]\n",
    })  # fmt: skip
    assert names(tool.directory(DirectoryRequest(checkout, "."))) == ["ConfigMap/a"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("broken.yaml", "apiVersion: v1\nkind: X\nmetadata: {name: [}\n", r"broken\.yaml.*line \d"),
        ("half.yaml", config("fine") + "---\na: [\n", "half.yaml: document 2"),
        ("two.json", '{"kind":"A"} {"kind":"B"}', "more than one object"),
        ("bad.json", "{", "bad.json: is not JSON"),
        ("main.jsonnet", "{}", "jsonnet is not rendered yet"),
    ],
)
def test_a_broken_manifest_is_an_error_that_names_its_file(
    tool: ManifestTool, commit: Commit, name: str, text: str, said: str
) -> None:
    with pytest.raises(RenderError, match=said):
        tool.directory(DirectoryRequest(commit({f"app/{name}": text, "app/ok.yaml": config("ok")}), "app"))


@pytest.mark.parametrize("path", ["nowhere", "app/a.yaml", "../app", "/app"])
def test_a_path_that_is_no_folder_of_the_repository_is_an_error(
    tool: ManifestTool, commit: Commit, path: str
) -> None:
    checkout = commit({"app/a.yaml": config("a")})
    with pytest.raises(RenderError, match=r"directory|leaves the repository"):
        tool.directory(DirectoryRequest(checkout, path))


def test_a_folders_read_set_is_its_tree(tool: ManifestTool, commit: Commit) -> None:
    one = tool.directory(DirectoryRequest(commit({"app/a.yaml": config("a"), "b.yaml": "x: 1"}), "app"))
    two = tool.directory(DirectoryRequest(commit({"app/a.yaml": config("a"), "b.yaml": "x: 2"}), "app"))
    changed = tool.directory(
        DirectoryRequest(commit({"app/a.yaml": config("a", k="v"), "b.yaml": "x: 2"}), "app")
    )
    assert list(read(one)) == ["app"]
    assert one.read_set == two.read_set != changed.read_set


# --- Links and submodules ---------------------------------------------------------------------------------


def test_links_inside_the_repository_are_followed_and_recorded(tool: ManifestTool, commit: Commit) -> None:
    checkout = commit(
        {"app/a.yaml": Link("../shared/a.yaml"), "shared/a.yaml": config("a"), "app/gone.yaml": Link("no")}
    )
    rendered = tool.directory(DirectoryRequest(checkout, "app"))
    assert names(rendered) == ["ConfigMap/a"]
    assert read(rendered)["shared/a.yaml"] == blob_id(config("a"))


@pytest.mark.parametrize("target", ["/etc/passwd", "../../etc/passwd", "x/../../../etc/passwd"])
def test_links_out_of_the_repository_are_refused(tool: ManifestTool, commit: Commit, target: str) -> None:
    checkout = commit({"app/a.yaml": Link(target), **chart()})
    with pytest.raises(RenderError, match=r"app/a.yaml: the symbolic link points out of the repository"):
        tool.directory(DirectoryRequest(checkout, "app"))
    with pytest.raises(RenderError, match="points out of the repository"):
        tool.helm(helm(commit({**chart(), "chart/x": Link(target)})))
    with pytest.raises(RenderError, match="points out of the repository"):
        tool.kustomize(
            KustomizeRequest(
                commit({"k/kustomization.yaml": "resources: [a.yaml]", "k/a.yaml": Link(target)}), "k"
            )
        )


def test_links_in_a_ring_are_refused(tool: ManifestTool, commit: Commit) -> None:
    with pytest.raises(RenderError, match="too many symbolic links"):
        tool.directory(DirectoryRequest(commit({"a.yaml": Link("b.yaml"), "b.yaml": Link("a.yaml")}), ""))


def test_a_submodule_is_an_error_and_no_silence(tool: ManifestTool, commit: Commit) -> None:
    checkout = commit({"app/a.yaml": config("a"), "app/more": Submodule()})
    with pytest.raises(RenderError, match="app/more: is a Git submodule"):
        tool.directory(DirectoryRequest(checkout, "app", recurse=True))
    assert names(tool.directory(DirectoryRequest(checkout, "app"))) == ["ConfigMap/a"]


def test_a_damaged_extract_is_worth_another_try(tool: ManifestTool, commit: Commit, tmp_path: Path) -> None:
    checkout = commit({"a.yaml": config("a")})
    wanted = blob_id(config("a"))
    (tmp_path / "objects" / wanted[:2] / wanted[2:]).unlink()
    with pytest.raises(UnavailableError, match=f"object {wanted} is missing"):
        tool.directory(DirectoryRequest(checkout, ""))


# --- Helm -------------------------------------------------------------------------------------------------


def chart(values: str = "", **templates: str) -> dict[str, File]:
    """A chart in chart/ with these templates, and config.yaml, which shows what it is given."""
    shown = config("{{ .Release.Name }}") + "data:\n  values: {{ .Values | toJson | quote }}\n"
    named = {f"chart/templates/{name}.yaml": text for name, text in (templates or {"config": shown}).items()}
    return {
        "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "chart/values.yaml": values,
        **named,
    }


def helm(checkout: Checkout, **fields: Any) -> HelmRequest:
    return replace(HelmRequest(checkout, "chart", release="shop", namespace="prod"), **fields)


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


# --- Kustomize --------------------------------------------------------------------------------------------

WEB = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
    "spec:\n  replicas: 1\n  selector: {matchLabels: {app: web}}\n"
    "  template:\n    metadata: {labels: {app: web}}\n"
    "    spec: {containers: [{name: web, image: 'shop/web:1'}]}\n"
)


def kustomization(**more: File) -> dict[str, File]:
    return {
        "base/kustomization.yaml": "resources: [web.yaml, config.yaml]\n",
        "base/web.yaml": WEB,
        "base/config.yaml": config("settings", a="1"),
        "prod/kustomization.yaml": "resources: [../base]\nnamespace: prod\n",
        **more,
    }


def kustomized(tool: ManifestTool, checkout: Checkout, **options: Any) -> dict[str, dict[str, Any]]:
    made = tool.kustomize(KustomizeRequest(checkout, "prod", options)).objects
    return {each["kind"]: each for each in made}


def test_an_overlay_is_built_in_the_order_of_the_program(tool: ManifestTool, commit: Commit) -> None:
    rendered = tool.kustomize(KustomizeRequest(commit(kustomization()), "prod"))
    assert names(rendered) == ["ConfigMap/settings", "Deployment/web"]
    assert {each["metadata"]["namespace"] for each in rendered.objects} == {"prod"}


def test_a_build_records_the_files_it_read_and_those_it_missed(tool: ManifestTool, commit: Commit) -> None:
    files = kustomization(**{"base/unused.yaml": "x", "prod/other": "y"})
    found = read(tool.kustomize(KustomizeRequest(commit(files), "prod")))
    contents = {path: blob_id(text) for path, text in kustomization().items() if isinstance(text, str)}
    assert {path: blob for path, blob in found.items() if blob} == contents
    assert {"prod/kustomization.yml", "prod/Kustomization", "base/Kustomization"} <= {
        p for p, b in found.items() if not b
    }


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("shop/web:2", "shop/web:2"),
        ("shop/web=registry.example/web:3", "registry.example/web:3"),
        ("shop/web=registry.example:5000/web", "registry.example:5000/web:1"),
        (f"shop/web@sha256:{'a' * 64}", f"shop/web@sha256:{'a' * 64}"),
        (f"shop/web=other:4@sha256:{'b' * 64}", f"other:4@sha256:{'b' * 64}"),
        ("unrelated:9", "shop/web:1"),
    ],
)
def test_images_are_set(tool: ManifestTool, commit: Commit, image: str, expected: str) -> None:
    made = kustomized(tool, commit(kustomization()), images=[image])
    assert made["Deployment"]["spec"]["template"]["spec"]["containers"][0]["image"] == expected


def test_names_replicas_and_namespace_are_set(tool: ManifestTool, commit: Commit) -> None:
    made = kustomized(
        tool,
        commit(kustomization()),
        namePrefix="eu-",
        nameSuffix="-v2",
        namespace="elsewhere",
        replicas=[{"name": "web", "count": 4}],
    )
    assert made["Deployment"]["metadata"] == {"name": "eu-web-v2", "namespace": "elsewhere"}
    assert made["Deployment"]["spec"]["replicas"] == 4


def test_labels_and_annotations_are_added(tool: ManifestTool, commit: Commit) -> None:
    checkout = commit(kustomization())
    made = kustomized(tool, checkout, commonLabels={"team": "a"}, commonAnnotations={"note": "x"})[
        "Deployment"
    ]
    assert made["spec"]["selector"]["matchLabels"] == {"app": "web", "team": "a"}
    assert made["metadata"]["annotations"] == {"note": "x"}
    outside = kustomized(
        tool, checkout, commonLabels={"team": "a"}, labelWithoutSelector=True, labelIncludeTemplates=True
    )["Deployment"]
    assert outside["spec"]["selector"]["matchLabels"] == {"app": "web"}
    assert outside["spec"]["template"]["metadata"]["labels"] == {"app": "web", "team": "a"}


def test_labels_that_are_there_are_replaced_only_by_force(tool: ManifestTool, commit: Commit) -> None:
    overlay = "resources: [../base]\ncommonLabels: {team: old}\ncommonAnnotations: {note: old}\n"
    checkout = commit(kustomization(**{"prod/kustomization.yaml": overlay}))
    with pytest.raises(RenderError, match="label team already in kustomization file"):
        kustomized(tool, checkout, commonLabels={"team": "new"})
    made = kustomized(
        tool,
        checkout,
        commonLabels={"team": "new"},
        forceCommonLabels=True,
        commonAnnotations={"note": "new"},
        forceCommonAnnotations=True,
    )["Deployment"]
    assert (made["metadata"]["labels"]["team"], made["metadata"]["annotations"]["note"]) == ("new", "new")


def test_patches_are_appended(tool: ManifestTool, commit: Commit) -> None:
    own = "patches:\n- {patch: 'kind: Deployment\n\n    metadata: {name: web}\n\n    spec: {paused: true}'}\n"
    overlay = "resources: [../base]\n" + own.replace("\n\n    ", "\\n").replace("'", '"')
    patch = '[{"op": "replace", "path": "/spec/replicas", "value": 7}]'
    made = kustomized(
        tool,
        commit(
            kustomization(
                **{"prod/kustomization.yaml": overlay.replace("kind:", "apiVersion: apps/v1\\nkind:")}
            )
        ),
        patches=[{"target": {"kind": "Deployment", "name": "web"}, "patch": patch}],
    )["Deployment"]
    assert (made["spec"]["paused"], made["spec"]["replicas"]) == (True, 7)


def test_components_are_added_and_may_be_missing(tool: ManifestTool, commit: Commit) -> None:
    component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: c-\n"
    checkout = commit(kustomization(**{"extras/kustomization.yaml": component}))
    made = kustomized(tool, checkout, components=["../extras", "../none"], ignoreMissingComponents=True)
    assert made["Deployment"]["metadata"]["name"] == "c-web"
    with pytest.raises(RenderError, match="none"):
        kustomized(tool, checkout, components=["../none"])


def test_generators_work(tool: ManifestTool, commit: Commit) -> None:
    overlay = "configMapGenerator:\n- {name: made, files: [a.txt], literals: [k=v]}\n"
    made = kustomized(tool, commit({"prod/kustomization.yaml": overlay, "prod/a.txt": "text"}))["ConfigMap"]
    assert made["metadata"]["name"].startswith("made-")
    assert made["data"] == {"a.txt": "text", "k": "v"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"unheardOf": 1}, r"spec\.source\.kustomize: .*unheardOf"),
        ({"images": ["shop/web"]}, "kustomize edit set image"),
        ({"replicas": [{"name": "web", "count": "many"}]}, "no whole number"),
        ({"images": "text"}, r"spec\.source\.kustomize"),
    ],
)
def test_options_that_cannot_be_obeyed_are_errors(
    tool: ManifestTool, commit: Commit, options: dict[str, object], said: str
) -> None:
    with pytest.raises(RenderError, match=said):
        kustomized(tool, commit(kustomization()), **options)


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/example/base?ref=v1",
        "github.com/example/base",
        "https://example.com/web.yaml",
        "git@github.com:a/b.git",
    ],
)
def test_remote_bases_are_refused_in_words(tool: ManifestTool, commit: Commit, remote: str) -> None:
    checkout = commit({"prod/kustomization.yaml": f"resources:\n- {remote}\n"})
    with pytest.raises(
        RenderError, match=r"remote bases and remote files are not fetched yet.*Commit a copy"
    ):
        kustomized(tool, checkout)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"prod/a.yaml": "x: 1"}, "unable to find one of 'kustomization.yaml'"),
        ({"prod/kustomization.yaml": "resources: [gone.yaml]"}, "gone.yaml"),
        ({"prod/kustomization.yaml": "resurces: []"}, "resurces"),
        ({"prod/kustomization.yaml": "patches: [{path: ../x.yaml}]", "x.yaml": ""}, "security"),
        ({"x": ""}, "prod: there is no such directory"),
    ],
)
def test_a_kustomization_that_cannot_be_built_says_why(
    tool: ManifestTool, commit: Commit, files: dict[str, File], said: str
) -> None:
    with pytest.raises(RenderError, match=said):
        kustomized(tool, commit(files))


# --- All --------------------------------------------------------------------------------------------------


def test_the_version_is_the_programs(tool: ManifestTool) -> None:
    assert len(tool.version()) == 16
    assert tool.version() == KubetoolsManifestTool(build() / "kubetools").version()
