"""What shared/ports/manifest_tool.py promises: YAML, plain folders, and what holds for every render."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kubetools.build import build
from shared.adapters.tools.manifest_tool import KubetoolsManifestTool
from shared.domain.images.registry_tag import TagRequest
from shared.domain.render.render_request import (
    DirectoryRequest,
    KustomizeRequest,
)
from shared.errors import InvalidRequestError, RenderError, UnavailableError
from shared.ports.manifest_tool import ManifestTool
from tests.adapters.tools.extracts import Link, Submodule, blob_id
from tests.adapters.tools.questions import Commit, chart, config, helm, names, read


@pytest.fixture(scope="module")
def tool() -> Iterator[ManifestTool]:
    made = KubetoolsManifestTool(build() / "kubetools")
    yield made
    made.close()


@pytest.fixture
def commit(tmp_path: Path) -> Commit:
    return Commit(tmp_path / "objects")


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


def test_the_version_is_the_programs(tool: ManifestTool) -> None:
    assert len(tool.version()) == 16
    assert tool.version() == KubetoolsManifestTool(build() / "kubetools").version()


def test_tags_come_in_the_order_of_masterminds(tool: ManifestTool) -> None:
    tags = ("main", "v1.20", "1.9.0", "2.0.0-rc.1", "1.20.0", "20231005")
    ranked = tool.semver(TagRequest(tags, "1.x"))
    assert [tag.name for tag in ranked] == ["main", "1.9.0", "1.20.0", "v1.20", "2.0.0-rc.1", "20231005"]
    assert [tag.name for tag in ranked if tag.matches] == ["1.9.0", "1.20.0", "v1.20"]


def test_filters_of_tags_are_re2_and_globs(tool: ManifestTool) -> None:
    ranked = tool.semver(TagRequest(("1.0.0", "1.1.0", "1.1.1"), allow=r"regexp:^1\.1", ignore=("*.1",)))
    assert [tag.name for tag in ranked if tag.allowed] == ["1.1.0"]
    assert not any(tag.allowed for tag in tool.semver(TagRequest(("1.0.0",), allow="regexp:(?=1)")))


def test_a_constraint_that_cannot_be_read_is_an_error(tool: ManifestTool) -> None:
    with pytest.raises(InvalidRequestError, match="newest please"):
        tool.semver(TagRequest(("1.0.0",), "newest please"))
