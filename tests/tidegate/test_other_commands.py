"""Sets, repositories, clusters, the audit log, export and import."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.services.worlds import REPO, application
from tests.tidegate.worlds import ScriptedTransport, Terminal, scripted_with

SET = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "ApplicationSet",
    "metadata": {"name": "shops"},
    "spec": {
        "generators": [{"list": {"elements": [{"team": "a"}, {"team": "b"}]}}],
        "template": {
            "metadata": {"name": "shop-{{team}}"},
            "spec": {**application()["spec"], "destination": {"name": "in-cluster", "namespace": "{{team}}"}},
        },
    },
}


def test_a_set_is_created_listed_shown_and_deleted(terminal: Terminal) -> None:
    text = yaml.safe_dump(SET)
    assert terminal("appset", "create", "-", given=text).stdout == "ApplicationSet 'shops' created\n"
    terminal.world.run_for(2)
    assert terminal("app", "list", "-o", "name").stdout.split() == ["shop-a", "shop-b"]
    assert terminal("appset", "list").stdout.splitlines()[1].split() == ["shops", "argocd", "default", "list"]
    assert "Generators:  list" in terminal("appset", "get", "shops").stdout
    assert terminal("appset", "delete", "shops", given="n\n").exit_code == 2
    assert terminal("appset", "delete", "shops", "-y").stdout == "ApplicationSet 'shops' deleted\n"
    assert terminal("appset", "get", "shops").exit_code == 3


def test_a_set_that_says_something_else_needs_upsert(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "set.yaml"
    file.write_text(yaml.safe_dump(SET))
    terminal("appset", "create", str(file))
    file.write_text(yaml.safe_dump({**SET, "spec": {**SET["spec"], "generators": [{"clusters": {}}]}}))  # type: ignore[dict-item]
    assert terminal("appset", "create", str(file)).exit_code == 1
    assert terminal("appset", "create", str(file), "--upsert").exit_code == 0


def test_a_file_without_a_set_is_wrong_usage(terminal: Terminal) -> None:
    assert terminal("appset", "create", "-", given=yaml.safe_dump(application())).exit_code == 2
    assert terminal("appset", "create", "absent.yaml").exit_code == 2


def test_a_repository_is_added_listed_and_removed(terminal: Terminal) -> None:
    words = ("repo", "add", REPO, "--username", "my-user")
    assert terminal(*words, "--password", "canary").stdout == f"Repository '{REPO}' added\n"
    assert terminal("repo", "list").stdout.splitlines()[1].split() == ["git", REPO, "true", "Successful"]
    assert terminal("repo", "list", "-o", "name").stdout == f"{REPO}\n"
    assert "canary" not in terminal("repo", "get", REPO, "-o", "json").stdout
    assert terminal(*words, "--password", "other").exit_code == 1
    assert terminal(*words, "--password", "-", "--upsert", given="other\n").exit_code == 0
    assert terminal("repo", "rm", REPO).stdout == f"Repository '{REPO}' removed\n"
    assert terminal("repo", "get", REPO).exit_code == 3


def test_a_repository_that_does_not_answer_is_refused(terminal: Terminal) -> None:
    done = terminal("repo", "add", "https://github.com/my-org/absent.git")
    assert done.exit_code == 1
    assert "does not answer" in done.stderr
    assert terminal("repo", "list", "-o", "json").stdout == "[]\n"


@pytest.mark.parametrize(
    "words", [("--username", "me"), ("--password", "x"), ("--type", "helm"), ("--ssh-private-key-path", "k")]
)
def test_half_a_credential_and_what_waits_are_wrong_usage(terminal: Terminal, words: tuple[str, ...]) -> None:
    assert terminal("repo", "add", REPO, *words).exit_code == 2


def test_a_cluster_is_sent_by_context_or_by_resource_id(tmp_path: Path) -> None:
    transport = ScriptedTransport(
        {"POST /api/v1/clusters": [(200, {"name": "prod", "server": "https://prod"})]}
    )
    done = scripted_with(tmp_path, transport, "cluster", "add", "prod", "--alias", "https://alias")
    assert done.stdout == "Cluster 'https://prod' added\n"
    scripted_with(
        tmp_path, transport, "cluster", "add", "p", "--aks-resource-id", "/subscriptions/x", "--name", "q"
    )
    assert [json.loads(body) for _, _, body in transport.sent] == [
        {"name": "prod", "context": "prod", "aliases": ["https://alias"]},
        {"name": "q", "resourceId": "/subscriptions/x", "aliases": []},
    ]


def test_clusters_are_listed_and_shown(terminal: Terminal) -> None:
    assert terminal("cluster", "list").stdout.splitlines()[0].split() == [
        *("SERVER", "NAME", "VERSION", "STATUS", "MESSAGE")
    ]
    assert terminal("cluster", "get", "nowhere").exit_code == 3
    assert terminal("cluster", "rm", "nowhere", "-y").exit_code == 3
    assert terminal("cluster", "rm", "nowhere", given="n\n").exit_code == 2


def test_the_audit_log_says_who_did_what(shop: Terminal) -> None:
    shop("app", "sync", "shop")
    shop("app", "delete", "shop", "-y")
    lines = shop("audit", "--subject", "argocd/shop").stdout.splitlines()
    assert [line.split()[2:4] for line in lines[1:]] == [
        ["tests", "application.create"],
        ["admin", "application.sync"],
        ["admin", "application.delete"],
    ]
    assert len(shop("audit", "--limit", "1").stdout.splitlines()) == 2
    assert len(shop("audit", "--who", "admin").stdout.splitlines()) == 3
    assert shop("audit", "--since", "yesterday").exit_code == 1


def test_an_export_is_taken_back(shop: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text(shop("export").stdout)
    fresh = Terminal(tmp_path / "other").log_in()
    assert fresh("app", "list", "-o", "name").stdout == ""
    assert fresh("import", str(file)).exit_code == 0
    assert fresh("app", "list", "-o", "name").stdout == "shop\n"
    assert fresh("import", str(file)).stdout == "0 added\n"
    assert yaml.safe_load(shop("export", "-o", "yaml").stdout)["version"] == 1


@pytest.mark.parametrize(("text", "status"), [("{}", 1), ("", 2), ("a: 1\n---\nb: 2\n", 2), ("[1]", 2)])
def test_what_is_no_export_is_refused(terminal: Terminal, text: str, status: int) -> None:
    assert terminal("import", "-", given=text).exit_code == status
