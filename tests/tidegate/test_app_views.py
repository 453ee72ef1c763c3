"""One application looked at from every side."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.services.worlds import REPO, application, config_map
from tests.tidegate.worlds import ScriptedTransport, Terminal, scripted, scripted_with
from tidegate.differences import differences
from tidegate.resource_tree import tree_lines

ONE = "GET /api/v1/applications/shop"


@pytest.fixture
def drifted(shop: Terminal) -> Terminal:
    """`shop` is not synced by itself any more, and Git has another text than the cluster."""
    shop("app", "set", "shop", "--sync-policy", "none")
    shop.world.receive_push(shop.world.push({"shop/greeting.yaml": config_map("greeting", "hi")}))
    shop.world.run_for(2)
    return shop


def test_get_says_what_where_and_how(shop: Terminal) -> None:
    lines = shop("app", "get", "shop").stdout.splitlines()
    for line in (
        "Name:           argocd/shop",
        f"Repo:           {REPO}",
        "Sync Policy:    Automated (Prune, Self Heal)",
        "Health Status:  Healthy",
    ):
        assert line in lines
    assert any(line.startswith("Sync Status:    Synced to main (") for line in lines)
    assert lines[-1].split()[:4] == ["ConfigMap", "shop", "greeting", "Synced"]
    assert "Phase:" not in "\n".join(lines)
    assert "Phase:          Succeeded" in shop("app", "get", "shop", "--show-operation").stdout


def test_no_difference_is_0_and_silence(shop: Terminal) -> None:
    done = shop("app", "diff", "shop")
    assert (done.exit_code, done.stdout) == (0, "")


def test_a_difference_is_1_and_shown_by_line(drifted: Terminal) -> None:
    done = drifted("app", "diff", "shop")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "===== /ConfigMap shop/greeting ======"
    assert "-  text: hello" in lines
    assert "+  text: hi" in lines
    assert drifted("app", "diff", "shop", "--exit-code=false").exit_code == 0


def test_an_error_of_diff_is_no_difference(drifted: Terminal) -> None:
    drifted("logout")
    assert drifted("app", "diff", "shop").exit_code == 4
    assert drifted.log_in()("app", "diff", "absent").exit_code == 3
    assert drifted("app", "diff", "shop", "--revision", "main").exit_code == 2


def test_a_failure_of_the_server_is_2_in_diff(tmp_path: Path) -> None:
    answers = {f"{ONE}/managed-resources": [(500, {"message": "a bug"})]}
    assert scripted(tmp_path, answers, "app", "diff", "shop").exit_code == 2


def test_a_program_of_the_users_may_compare(drifted: Terminal, tmp_path: Path) -> None:
    program = tmp_path / "compare.py"
    program.write_text(
        "import pathlib, sys\n"
        "for folder in sys.argv[1:]:\n"
        "    for path in pathlib.Path(folder).iterdir():\n"
        "        print(pathlib.Path(folder).name, path.name, 'text: hi' in path.read_text())\n"
        "sys.exit(1)\n"
    )
    other = Terminal(tmp_path / "x", drifted.world, external_diff=f"{sys.executable} {program}").log_in()
    done = other("app", "diff", "shop")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "live .ConfigMap.shop.greeting False",
        "wished .ConfigMap.shop.greeting True",
    ]
    absent = Terminal(tmp_path / "y", drifted.world, external_diff="no-such-program").log_in()
    assert absent("app", "diff", "shop").exit_code == 2


def _item(**states: Any) -> dict[str, Any]:
    named = {"group": "apps", "kind": "Deployment", "namespace": "shop", "name": "web"}
    return {**named, **{name: json.dumps(value) for name, value in states.items()}}


def test_what_the_live_object_would_become_counts_and_not_the_manifest() -> None:
    same = _item(
        normalizedLiveState={"a": 1, "b": 2}, targetState={"a": 1}, predictedLiveState={"b": 2, "a": 1}
    )
    assert differences([same]) == []


def test_what_is_new_and_what_goes_are_differences() -> None:
    new, gone = _item(targetState={"a": 1}, liveState=None), _item(normalizedLiveState={"a": 1})
    neither, hook = _item(), {**_item(targetState={"a": 1}), "hook": True}
    found = differences([new, gone, neither, hook])
    assert [(each.live, each.wished) for each in found] == [("", "a: 1\n"), ("a: 1\n", "")]


def test_manifests_are_yaml_that_can_be_applied(drifted: Terminal) -> None:
    wished = list(yaml.safe_load_all(drifted("app", "manifests", "shop").stdout))
    live = json.loads(drifted("app", "manifests", "shop", "--source", "live", "-o", "json").stdout)
    assert [each["data"]["text"] for each in wished] == ["hi"]
    assert [each["data"]["text"] for each in live] == ["hello"]
    assert live[0]["metadata"]["uid"]
    assert drifted("app", "manifests", "shop", "--source", "live", "--revision", "x").exit_code == 2


def test_resources_are_a_table_names_or_a_tree(shop: Terminal) -> None:
    lines = shop("app", "resources", "shop").stdout.splitlines()
    assert lines[0].split() == ["GROUP", "KIND", "NAMESPACE", "NAME", "HEALTH", "ORPHANED"]
    assert lines[1].split() == ["ConfigMap", "shop", "greeting", "No"]
    assert shop("app", "resources", "shop", "-o", "name").stdout == "ConfigMap/greeting\n"
    assert shop("app", "resources", "shop", "-o", "tree").stdout == "ConfigMap/greeting\n"
    assert shop("app", "resources", "shop", "--orphaned", "-o", "name").stdout == ""


def test_a_tree_hangs_what_is_owned_under_its_owner() -> None:
    def node(kind: str, name: str, owner: str = "", **more: Any) -> dict[str, Any]:
        return {"kind": kind, "name": name, "uid": name, "parentRefs": [{"uid": owner}], **more}

    nodes = [
        node("Pod", "web-1-b", "web-1", health={"status": "Degraded", "message": "ImagePullBackOff"}),
        node("Service", "web"),
        node("ReplicaSet", "web-1", "deploy"),
        node("ReplicaSet", "web-0", "deploy"),
        node("Deployment", "deploy", "elsewhere", health={"status": "Healthy"}),
        node("Pod", "web-1-a", "web-1", info=[{"name": "Containers", "value": "1/1"}]),
    ]
    assert list(tree_lines({"nodes": nodes})) == [
        "Deployment/deploy  Healthy",
        "├─ReplicaSet/web-0",
        "└─ReplicaSet/web-1",
        "  ├─Pod/web-1-a  1/1",
        "  └─Pod/web-1-b  Degraded  ImagePullBackOff",
        "Service/web",
    ]


def test_two_that_own_each_other_do_not_hang_it() -> None:
    nodes = [
        {"kind": "A", "name": "a", "uid": "a", "parentRefs": [{"uid": "b"}]},
        {"kind": "B", "name": "b", "uid": "b", "parentRefs": [{"uid": "a"}]},
        {"kind": "C", "name": "c", "uid": "c", "parentRefs": [{"uid": "c"}]},
    ]
    assert list(tree_lines({"nodes": nodes})) == []


def test_events_come_in_the_order_of_time(tmp_path: Path) -> None:
    def event(reason: str, **more: Any) -> dict[str, Any]:
        return {"reason": reason, "involvedObject": {"kind": "Pod", "name": "p"}, **more}

    items = [
        event("Pulled", lastTimestamp="2026-01-01T12:00:02Z", message="a\nb\x1b[31m"),
        event("Scheduled", eventTime="2026-01-01T12:00:01.5Z", lastTimestamp=None),
    ]
    done = scripted(tmp_path, {f"{ONE}/events": [(200, {"items": items})]}, "app", "events", "shop")
    assert [line.split()[1:4] for line in done.stdout.splitlines()[1:]] == [
        ["Scheduled", "Pod/p", "1"],
        ["Pulled", "Pod/p", "1"],
    ]
    assert "\x1b" not in done.stdout
    assert len(done.stdout.splitlines()) == 3


def test_logs_are_lines_with_what_is_asked_for_before_them(tmp_path: Path) -> None:
    entries = [
        {"result": {"content": "one", "podName": "p-1", "timeStampStr": "T1", "last": False}},
        {"result": {"content": "", "podName": "p-1", "timeStampStr": "T2", "last": False}},
        {"result": {"content": "", "podName": "", "last": True}},
    ]
    transport = ScriptedTransport({f"{ONE}/logs": [(200, entries)]})
    words = ("app", "logs", "shop", "-f", "--tail", "5", "-c", "web", "--kind", "Deployment", "--name", "web")
    assert scripted_with(tmp_path, transport, *words).stdout == "one\n\n"
    query = transport.sent[0][1].partition("?")[2].split("&")
    assert sorted(query) == [
        *("container=web", "follow=true", "kind=Deployment", "resourceName=web", "tailLines=5")
    ]
    marked = scripted_with(tmp_path, transport, "app", "logs", "shop", "--prefix", "--timestamps")
    assert marked.stdout.splitlines()[0] == "[p-1] T1 one"


def _entry(content: str, moment: str, pod: str = "p-1") -> dict[str, Any]:
    return {"result": {"content": content, "podName": pod, "timeStampStr": moment, "last": False}}


def test_what_is_followed_goes_on_where_it_broke_off(tmp_path: Path) -> None:
    first = [_entry("a", "2026-01-01T12:00:00.1Z"), _entry("b", "2026-01-01T12:00:01.1Z")]
    again = [_entry("b", "2026-01-01T12:00:01.1Z"), _entry("b", "2026-01-01T12:00:01.2Z")]
    end: list[dict[str, Any]] = [{"result": {"last": True}}]
    away = (503, {"message": "restarting"})
    transport = ScriptedTransport({f"{ONE}/logs": [(200, first), away, (200, again), (200, end)]})
    done = scripted_with(tmp_path, transport, "app", "logs", "shop", "-f", "--tail", "5")
    assert (done.exit_code, done.stdout) == (0, "a\nb\nb\n")
    queries = [target.partition("?")[2] for _, target, _ in transport.sent]
    assert queries[0] == "tailLines=5&follow=true"
    assert queries[2] == "follow=true&sinceTime=2026-01-01T12%3A00%3A01Z"


def test_a_log_that_breaks_off_is_a_failure_when_nobody_follows(tmp_path: Path) -> None:
    answers: dict[str, Any] = {f"{ONE}/logs": [(503, {"message": "restarting"})]}
    assert scripted(tmp_path, answers, "app", "logs", "shop").exit_code == 1
    assert scripted(tmp_path, answers, "app", "logs", "shop", "-f").stderr == "Error: restarting\n"


def test_trace_adds_the_stages_up(shop: Terminal) -> None:
    lines = shop("trace", "shop").stdout.splitlines()
    assert lines[0] == "Application:  shop"
    shown = {"received", "resolved", "applied", "healthy"}
    assert [word for line in lines for word in line.split()[:1] if word in shown] == [
        *("received", "resolved", "applied", "healthy")
    ]
    assert json.loads(shop("trace", "shop", "-o", "json").stdout)["stages"][0]["name"] == "received"


def test_trace_says_what_was_not_reached(tmp_path: Path) -> None:
    stages = [
        {"name": "received", "at": "2026-01-01T12:00:00.000Z", "seconds": None},
        {"name": "resolved", "at": "2026-01-01T12:00:00.250Z", "seconds": 0.25},
        {"name": "rendered", "at": "2026-01-01T12:00:01.000Z", "seconds": 0.75},
    ]
    answer = {"operationState": None, "stages": stages, "waves": [], "trace": "abc"}
    done = scripted(tmp_path, {f"{ONE}/operation": [(200, answer)]}, "trace", "shop")
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["rendered", "2026-01-01T12:00:01.000Z", "0.750", "1.000"] in rows
    assert ["healthy", "not", "yet"] in rows


def test_several_sources_are_all_shown(tmp_path: Path) -> None:
    shown = application()
    del shown["spec"]["source"]
    shown["spec"]["sources"] = [
        {"repoURL": "https://a.test/a", "path": "a", "targetRevision": "main"},
        {"repoURL": "https://b.test/b", "chart": "b", "targetRevision": "1.2.3"},
    ]
    shown["status"] = {"sync": {"status": "OutOfSync", "revisions": ["1" * 40, "2" * 40]}, "health": {}}
    done = scripted(tmp_path, {ONE: [(200, shown)]}, "app", "get", "shop")
    assert "Repo:           https://b.test/b" in done.stdout
    assert "Sync Status:    OutOfSync from main (1111111), 1.2.3 (2222222)" in done.stdout
