"""Sync, wait, rollback, delete: what is waited for, what is printed, how they exit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.errors import PermissionDeniedError, UnavailableError
from tests.services.worlds import REPO, application, config_map
from tests.tidegate.worlds import ScriptedTransport, Terminal, scripted, scripted_with


@pytest.fixture
def manual(terminal: Terminal) -> Terminal:
    """`shop` is not synced by itself, and was not synced yet."""
    terminal.world.add(application(policy={}))
    terminal.world.run_for(2)
    assert terminal.world.state()[0] == "OutOfSync"
    return terminal


def test_sync_waits_for_the_end_and_prints_what_came_of_it(manual: Terminal) -> None:
    done = manual("app", "sync", "shop")
    assert done.exit_code == 0, done.stderr
    assert manual.world.state()[0] == "Synced"
    lines = done.stdout.splitlines()
    assert "Phase:          Succeeded" in lines
    assert any(line.split()[:2] == ["ConfigMap", "shop"] and "Synced" in line for line in lines)
    assert "shop: operation requested" in done.stderr


def test_a_json_answer_is_json_alone(manual: Terminal) -> None:
    done = manual("app", "sync", "shop", "-o", "json")
    assert json.loads(done.stdout)["status"]["operationState"]["phase"] == "Succeeded"


def test_async_does_not_wait(manual: Terminal) -> None:
    done = manual("app", "sync", "shop", "--async")
    assert (done.exit_code, done.stdout) == (0, "")
    assert manual.world.state()[0] == "OutOfSync"
    assert manual("app", "wait", "shop", "--timeout", "30").exit_code == 0


def test_a_second_sync_while_one_runs_is_a_conflict(manual: Terminal) -> None:
    manual("app", "sync", "shop", "--async")
    done = manual("app", "sync", "shop")
    assert done.exit_code == 6
    assert done.stderr == "Error: another operation is already in progress\n"


def test_a_sync_that_fails_is_1_with_its_reason(manual: Terminal) -> None:
    manual.world.cluster.refusals["apply ConfigMap shop/greeting"] = PermissionDeniedError("may not write")
    done = manual("app", "sync", "shop")
    assert done.exit_code == 1
    assert "shop: the operation ended with phase Failed" in done.stderr
    assert "may not write" in done.stdout


def test_what_needs_pruning_is_a_failure_until_it_is_said(shop: Terminal) -> None:
    shop("app", "set", "shop", "--sync-policy", "none")
    shop.world.receive_push(shop.world.push({"shop/other.yaml": config_map("other")}))
    refused = shop("app", "sync", "shop")
    assert refused.exit_code == 1
    assert "1 resources require pruning. To delete them, use --prune" in refused.stderr
    assert shop("app", "sync", "shop", "--prune").exit_code == 0


def test_a_dry_run_changes_nothing(manual: Terminal) -> None:
    done = manual("app", "sync", "shop", "--dry-run")
    assert done.exit_code == 0, done.stderr
    assert "Sync (dry run)" in done.stdout
    assert manual.world.state()[0] == "OutOfSync"


def test_applications_are_chosen_by_name_or_by_label_and_not_by_both(manual: Terminal) -> None:
    manual("app", "patch", "shop", "--patch", '{"metadata":{"labels":{"team":"a"}}}')
    assert manual("app", "sync", "-l", "team=a").exit_code == 0
    assert manual("app", "sync", "--project", "none").exit_code == 3
    assert manual("app", "sync", "shop", "-l", "team=a").exit_code == 2
    assert manual("app", "sync").exit_code == 2


def test_one_that_fails_does_not_keep_the_others(manual: Terminal) -> None:
    done = manual("app", "sync", "absent", "shop", "lost")
    assert done.exit_code == 3
    assert manual.world.state()[0] == "Synced"
    assert 'Error: applications.argoproj.io "lost" not found' in done.stderr
    assert done.stderr.endswith('Error: applications.argoproj.io "absent" not found\n')


@pytest.mark.parametrize("text", ["web", "apps:Deployment", "a:b:c:d", "::x"])
def test_a_resource_that_is_written_wrongly_is_wrong_usage(manual: Terminal, text: str) -> None:
    assert manual("app", "sync", "shop", "--resource", text).exit_code == 2


def test_a_resource_is_sent_in_its_parts(tmp_path: Path) -> None:
    transport = ScriptedTransport({"POST /api/v1/applications/shop/sync": [(200, {"metadata": {}})]})
    done = scripted_with(
        tmp_path, transport, "app", "sync", "shop", "--async", "--resource", "apps:Deployment:ns/web"
    )
    assert done.exit_code == 0, done.stderr
    assert json.loads(transport.sent[0][2])["resources"] == [
        {"group": "apps", "kind": "Deployment", "namespace": "ns", "name": "web"}
    ]


def test_wait_looks_first(shop: Terminal) -> None:
    before = shop.world.clock.now()
    assert shop("app", "wait", "shop").exit_code == 0
    assert shop.world.clock.now() == before


def test_wait_ends_with_7_and_says_what_it_saw(manual: Terminal) -> None:
    done = manual("app", "wait", "shop", "--sync", "--timeout", "5")
    assert done.exit_code == 7
    assert "timed out after 5 s while waiting for sync. It is OutOfSync, Missing" in done.stderr


def test_wait_for_one_state_asks_for_no_other(manual: Terminal) -> None:
    assert manual("app", "wait", "shop", "--operation", "--timeout", "5").exit_code == 0
    assert manual("app", "wait", "shop", "--health", "--timeout", "5").exit_code == 7


def test_wait_for_a_commit(shop: Terminal) -> None:
    assert shop("app", "wait", "shop", "--revision", "0123456", "--timeout", "5").exit_code == 7
    commit = shop.world.push({"shop/greeting.yaml": config_map("greeting", "hi")})
    assert shop("app", "wait", "shop", "--revision", commit.after[:10], "--timeout", "30").exit_code == 0
    assert _text(shop) == "hi"


def test_wait_is_not_content_with_what_was_before_a_push(shop: Terminal) -> None:
    """No webhook told of it, and no poll was yet."""
    shop.world.push({"shop/greeting.yaml": config_map("greeting", "hi")})
    assert shop("app", "wait", "shop", "--timeout", "30").exit_code == 0
    assert _text(shop) == "hi"


def test_a_server_that_is_away_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    away, here = (503, {"message": "starting"}), (200, _application("Synced", "Healthy"))
    answers = {"GET /api/v1/applications/shop": [away, away, here]}
    assert scripted(tmp_path, answers, "app", "wait", "shop").exit_code == 0
    done = scripted(tmp_path, {"GET /api/v1/applications/shop": [away]}, "app", "wait", "shop")
    assert (done.exit_code, done.stderr) == (1, "Error: starting\n")


def test_history_is_what_rollback_takes(shop: Terminal) -> None:
    shop.world.receive_push(shop.world.push({"shop/greeting.yaml": config_map("greeting", "second")}))
    shop.world.run_for(10)
    lines = shop("app", "history", "shop").stdout.splitlines()
    assert lines[0].split() == ["ID", "DATE", "REVISION", "BY"]
    assert len(lines) == 3
    first, second = shop("app", "history", "shop", "-o", "id").stdout.split()
    assert lines[1].startswith(first)
    done = shop("app", "rollback", "shop", first)
    assert done.exit_code == 0, done.stderr
    assert "Pinned:         held at deployment" in done.stdout
    assert _text(shop) == "hello"
    assert shop("app", "rollback", "shop", "99").exit_code == 3
    assert second != first


def test_rollback_without_an_id_goes_one_back(shop: Terminal) -> None:
    assert shop("app", "rollback", "shop").exit_code == 3
    shop.world.receive_push(shop.world.push({"shop/greeting.yaml": config_map("greeting", "second")}))
    shop.world.run_for(10)
    assert _text(shop) == "second"
    assert shop("app", "rollback", "shop").exit_code == 0
    assert _text(shop) == "hello"


def test_terminate_ends_what_runs_and_says_when_nothing_does(shop: Terminal) -> None:
    done = shop("app", "terminate-op", "shop")
    assert done.exit_code == 1
    assert done.stderr == "Error: Unable to terminate operation. No operation is in progress\n"


def test_delete_asks_and_no_is_no(shop: Terminal) -> None:
    done = shop("app", "delete", "shop", "--cascade", given="n\n")
    assert done.exit_code == 2
    assert "Delete 'shop' and its 1 resource?" in done.stderr
    assert shop("app", "get", "shop").exit_code == 0
    assert shop("app", "delete", "shop", given="").exit_code == 2


def test_delete_with_cascade_takes_the_resources(shop: Terminal) -> None:
    done = shop("app", "delete", "shop", "--cascade", "--wait", given="y\n")
    assert (done.exit_code, done.stdout) == (0, "application 'shop' deleted\n")
    assert shop("app", "get", "shop").exit_code == 3
    assert _found(shop) is None


@pytest.mark.parametrize("words", [("--cascade=false", "shop"), ("shop", "--cascade=false")])
def test_delete_without_cascade_leaves_the_resources(shop: Terminal, words: tuple[str, ...]) -> None:
    assert shop("app", "delete", *words, "-y", "--wait").exit_code == 0
    assert _found(shop) is not None


def test_a_flag_never_takes_the_word_after_it(shop: Terminal) -> None:
    assert shop("app", "delete", "--cascade", "shop", "-y", "--wait").exit_code == 0
    assert shop("app", "get", "shop").exit_code == 3


def test_wait_for_a_deletion(shop: Terminal) -> None:
    shop("app", "delete", "shop", "-y")
    done = shop("app", "wait", "shop", "--delete", "--timeout", "60")
    assert (done.exit_code, done.stdout) == (0, "application 'shop' is gone\n")


@pytest.mark.parametrize("name", ["a/b/c", "/shop", "argocd/"])
def test_a_name_that_is_none_is_wrong_usage(shop: Terminal, name: str) -> None:
    assert shop("app", "get", name).exit_code == 2


def test_a_name_may_have_its_namespace(shop: Terminal) -> None:
    assert shop("app", "get", "argocd/shop").exit_code == 0
    assert shop("app", "get", "team/shop").exit_code == 3
    assert shop("app", "get", "team/shop", "-N", "argocd").exit_code == 2


def test_a_render_error_is_shown_with_the_application(shop: Terminal) -> None:
    shop.world.git.failures[REPO] = UnavailableError("the Git server is away")
    assert (
        "Condition:      ComparisonError: the Git server is away"
        in shop("app", "get", "shop", "--refresh").stdout
    )


def _found(terminal: Terminal) -> dict[str, Any] | None:
    kinds = [each for each in terminal.world.cluster.types() if each.kind == "ConfigMap"]
    return terminal.world.cluster.get(kinds[0], "shop", "greeting")


def _text(terminal: Terminal) -> object:
    found = _found(terminal)
    return found["data"]["text"] if found else None


def _application(sync: str, health: str) -> dict[str, Any]:
    return {
        **application(),
        "status": {"sync": {"status": sync}, "health": {"status": health}},
    }
