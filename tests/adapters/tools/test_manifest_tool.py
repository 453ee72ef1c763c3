"""Hostile and broken worlds: what must not hurt the process that asks, nor the render after it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from bench.process_usage import children
from kubetools.build import build
from shared.adapters.tools.child import Child, ChildDiedError, Limits
from shared.adapters.tools.manifest_tool import KubetoolsManifestTool
from shared.domain.render.render_request import DirectoryRequest, HelmRequest, KustomizeRequest
from shared.domain.source.checkout import Checkout
from shared.errors import RenderError, UnavailableError
from tests.adapters.tools.extracts import File, write_extract

TIGHT = Limits(seconds=60, memory_bytes=320 << 20, soft_memory_bytes=300 << 20, answer_bytes=1 << 20)
CHART: dict[str, File] = {"Chart.yaml": "apiVersion: v2\nname: evil\nversion: 1.0.0\n"}

Commit = Callable[[Mapping[str, File]], Checkout]


@pytest.fixture(scope="session")
def program() -> Path:
    return build() / "kubetools"


@pytest.fixture
def tool(program: Path) -> Iterator[KubetoolsManifestTool]:
    made = KubetoolsManifestTool(program, TIGHT)
    yield made
    made.close()


@pytest.fixture
def commit(tmp_path: Path) -> Commit:
    return lambda files: write_extract(tmp_path / "objects", files)


def helm(commit: Commit, template: str, **more: File) -> HelmRequest:
    files = {
        **CHART,
        "templates/a.yaml": f"kind: X\nmetadata: {{name: x}}\nvalue: |-\n  {template}\n",
        **more,
    }
    return HelmRequest(commit(files), "", release="evil", namespace="default")


def still_works(tool: KubetoolsManifestTool, commit: Commit) -> bool:
    return [each["value"] for each in tool.helm(helm(commit, "fine")).objects] == ["fine"]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ range until 100000000 }}{{ . }}{{ end }}", "memory limit of 320 MiB"),
        ('{{ repeat 1000000000 "x" }}', "memory limit of 320 MiB"),
        (
            '{{ $x := "x" }}{{ range until 40 }}{{ $x = printf "%s%s" $x $x }}{{ end }}',
            "memory limit of 320 MiB",
        ),
        (
            '{{ define "me" }}{{ template "me" . }}{{ end }}{{ template "me" . }}',
            "memory limit|template depth",
        ),
        ('{{ define "me" }}{{ include "me" . }}{{ end }}{{ include "me" . }}', "nested reference name: me"),
        ("{{ tpl .Values.again . }}", "memory limit|stopped after|stack|nested|depth"),
        ('{{ repeat 2000000 "x" }}', "more than 1 MiB of output"),
        ('{{ getHostByName "example.com" }}', "getHostByName is refused"),
    ],
)
def test_a_hostile_template_is_stopped_and_the_next_render_works(
    tool: KubetoolsManifestTool, commit: Commit, template: str, said: str
) -> None:
    evil = helm(commit, template, **{"values.yaml": "again: '{{ tpl .Values.again . }}'\n"})
    with pytest.raises(RenderError, match=said):
        tool.helm(evil)
    assert still_works(tool, commit)


def test_an_endless_template_is_stopped_at_its_deadline(program: Path, commit: Commit) -> None:
    hurried = KubetoolsManifestTool(program, replace(TIGHT, seconds=1))
    with pytest.raises(RenderError, match=r"helm in the root of the repository: .* stopped after 1 seconds"):
        hurried.helm(helm(commit, "{{ range until 99999 }}{{ range until 99999 }}{{ end }}{{ end }}"))
    assert still_works(hurried, commit)
    hurried.close()


def test_files_outside_the_chart_are_not_there(tool: KubetoolsManifestTool, commit: Commit) -> None:
    paths = ("../../../../etc/passwd", "/etc/passwd", "../secret")
    template = "".join(f'{{{{ .Files.Get "{path}" }}}}' for path in paths) + "end"
    assert tool.helm(helm(commit, template, secret="hidden")).objects[0]["value"] == "end"


@pytest.mark.parametrize(
    "reference", ["file:///etc/passwd", "etc/hostname", "https://example.com/s.json", "/etc/x#/a"]
)
def test_a_schema_may_not_open_files_or_the_network(
    tool: KubetoolsManifestTool, commit: Commit, reference: str
) -> None:
    with pytest.raises(RenderError, match="a schema may only refer to itself"):
        tool.helm(helm(commit, "x", **{"values.schema.json": f'{{"$ref": "{reference}"}}'}))
    assert still_works(tool, commit)


def test_a_bomb_of_aliases_is_refused(tool: KubetoolsManifestTool, commit: Commit) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    with pytest.raises(RenderError, match="excessive aliasing"):
        tool.yaml("\n".join(lines).encode())
    assert still_works(tool, commit)


@pytest.mark.parametrize(
    "files",
    [
        {
            "kustomization.yaml": "generators: [g.yaml]\n",
            "g.yaml": "apiVersion: x/v1\nkind: G\nmetadata: {name: g}\n",
        },
        {
            "kustomization.yaml": "generators: [g.yaml]\n",
            "g.yaml": "apiVersion: x/v1\nkind: G\nmetadata:\n  name: g\n  annotations:\n"
            "    config.kubernetes.io/function: 'exec: {path: ./run.sh}'\n",
            "run.sh": "#!/bin/sh\necho kind: Evil\n",
        },
        {"kustomization.yaml": "helmCharts: [{name: x, repo: 'https://example.com'}]\n"},
        {"kustomization.yaml": "configMapGenerator: [{name: x, files: [/etc/passwd]}]\n"},
        {"kustomization.yaml": "configMapGenerator: [{name: x, files: [../../../../etc/passwd]}]\n"},
        {"kustomization.yaml": "resources: [../../..]\n"},
        {"kustomization.yaml": "resources: [.]\n"},
    ],
)
def test_a_kustomization_runs_nothing_and_reads_nothing_else(
    tool: KubetoolsManifestTool, commit: Commit, files: dict[str, File]
) -> None:
    with pytest.raises(RenderError):
        tool.kustomize(KustomizeRequest(commit({f"app/{path}": text for path, text in files.items()}), "app"))
    assert still_works(tool, commit)


def test_the_program_refuses_itself_what_no_render_needs(program: Path) -> None:
    ended = subprocess.run([program, "selftest"], input=b"\0\0\0\0", capture_output=True, check=True)
    outcome = msgspec.json.decode(ended.stdout[4:], type=dict[str, str])
    assert outcome.pop("read") == ""
    if b"refuses filters" in ended.stderr:
        pytest.skip("this platform forbids seccomp filters, and the program said so")
    refused = "operation not permitted"
    assert {name: refused in text for name, text in outcome.items()} == dict.fromkeys(
        ["socket", "listen", "fork", "exec", "write", "remove"], True
    )


def test_a_child_gets_no_environment_and_one_seal(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_OF_OURS", "do-not-pass-on")
    before = our_children()
    child = Child(program, TIGHT)
    (pid,) = our_children() - before
    environment = Path(f"/proc/{pid}/environ").read_text()
    child.kill()
    assert {line.partition("=")[0] for line in environment.split("\0") if line} == {
        "GOMEMLIMIT",
        "GOTRACEBACK",
    }


def test_a_killed_child_is_replaced(tool: KubetoolsManifestTool, commit: Commit) -> None:
    before = our_children()
    assert still_works(tool, commit)
    (pid,) = our_children() - before
    os.kill(pid, signal.SIGKILL)
    assert still_works(tool, commit)


def test_many_threads_share_few_children_and_get_their_own_answers(
    tool: KubetoolsManifestTool, commit: Commit
) -> None:
    before = our_children()
    requests = [helm(commit, f"number {i}") for i in range(40)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(tool.helm, requests))
    assert [each.objects[0]["value"] for each in answers] == [f"number {i}" for i in range(40)]
    assert len(our_children() - before) <= 2


def test_a_question_larger_than_the_pipe_is_answered(program: Path) -> None:
    roomy = KubetoolsManifestTool(program)
    text = b"".join(b"---\nindex: %d\ntext: %s\n" % (i, b"x" * 1000) for i in range(4000))
    documents = roomy.yaml(text)
    roomy.close()
    assert [each["index"] for each in documents] == list(range(4000))


def test_a_closed_tool_has_no_children_and_says_so(program: Path, commit: Commit) -> None:
    before = our_children()
    tool = KubetoolsManifestTool(program, TIGHT)
    assert still_works(tool, commit)
    tool.close()
    assert our_children() == before
    with pytest.raises(UnavailableError, match="closed"):
        tool.yaml(b"a: 1")


def test_a_missing_program_says_how_to_make_it(tmp_path: Path, commit: Commit) -> None:
    tool = KubetoolsManifestTool(tmp_path / "kubetools")
    with pytest.raises(UnavailableError, match="Run `make kubetools`"):
        tool.directory(DirectoryRequest(commit({"a": ""}), ""))
    with pytest.raises(UnavailableError, match="Run `make kubetools`"):
        tool.version()


def test_a_program_that_cannot_run_is_unavailable(tmp_path: Path) -> None:
    broken = tmp_path / "kubetools"
    broken.write_text("no program")
    with pytest.raises(UnavailableError, match="cannot be started"):
        KubetoolsManifestTool(broken).yaml(b"a: 1")


def test_a_program_that_ends_at_once_is_an_error(tmp_path: Path) -> None:
    child = Child(Path("/bin/true"), TIGHT)
    with pytest.raises(ChildDiedError, match="ended with status 0"):
        child.ask(b"{}")


def our_children() -> set[int]:
    return set(children(os.getpid()))
