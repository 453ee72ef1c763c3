"""Options and files become the Application that argocd would make of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.lines import ROOT
from shared.domain.specs.application import Application
from tests.services.worlds import REPO, application
from tests.tidegate.worlds import Terminal

SESSION = (
    *("app", "create", "ai-app-production"),
    *("--repo", "https://github.com/my-org/helm-charts.git", "--path", "charts/ai-app"),
    *("--dest-server", "https://kubernetes.default.svc", "--dest-namespace", "production"),
    *("--sync-policy", "automated", "--auto-prune", "--self-heal"),
)


def created(terminal: Terminal, *words: str, given: str = "") -> dict[str, Any]:
    done = terminal("app", "create", *words, "-o", "yaml", given=given)
    assert done.exit_code == 0, done.stderr
    value: dict[str, Any] = yaml.safe_load(done.stdout)
    return value


def test_the_users_line_makes_the_users_application(terminal: Terminal) -> None:
    done = terminal(*SESSION)
    assert (done.exit_code, done.stdout) == (0, "application 'ai-app-production' created\n")
    shown = yaml.safe_load(terminal("app", "get", "ai-app-production", "-o", "yaml").stdout)
    assert shown["spec"] == {
        "project": "default",
        "source": {"repoURL": "https://github.com/my-org/helm-charts.git", "path": "charts/ai-app"},
        "destination": {"server": "https://kubernetes.default.svc", "namespace": "production"},
        "syncPolicy": {"automated": {"prune": True, "selfHeal": True}},
    }


def test_the_same_again_is_unchanged_another_needs_upsert(terminal: Terminal) -> None:
    terminal(*SESSION)
    assert terminal(*SESSION).stdout == "application 'ai-app-production' unchanged\n"
    refused = terminal(*SESSION, "--revision", "v2")
    assert refused.exit_code == 1
    assert "use upsert flag" in refused.stderr
    assert (
        terminal(*SESSION, "--revision", "v2", "--upsert").stdout
        == "application 'ai-app-production' updated\n"
    )


def test_every_option_reaches_its_field(terminal: Terminal, tmp_path: Path) -> None:
    literal = tmp_path / "values.yaml"
    literal.write_text("image: {tag: 1.10}\nschedule: 2026-01-01\nport: 08\n")
    app = created(
        terminal,
        *("shop", "--repo", REPO, "--path", "charts/shop", "--revision", "main"),
        *("--dest-name", "prod", "--dest-namespace", "shop", "--project", "web"),
        *("--values", "a.yaml", "--values", "b.yaml", "--values-literal-file", str(literal)),
        *("--helm-set", "a.b=1", "--helm-set=c=d=e", "--helm-set-string", "n=007", "--helm-set-file=f=x.pem"),
        *("--release-name", "r", "--sync-option", "CreateNamespace=true", "--sync-option=Prune=false"),
        *("--sync-retry-limit", "3", "--revision-history-limit", "5", "--label", "team=a"),
        *("--annotations", "note=x=y", "--set-finalizer"),
    )
    assert app["metadata"]["labels"] == {"team": "a"}
    assert app["metadata"]["annotations"] == {"note": "x=y"}
    assert app["metadata"]["finalizers"] == ["resources-finalizer.argocd.argoproj.io"]
    assert app["spec"] == {
        "project": "web",
        "source": {
            "repoURL": REPO,
            "path": "charts/shop",
            "targetRevision": "main",
            "helm": {
                "valueFiles": ["a.yaml", "b.yaml"],
                "valuesObject": {"image": {"tag": 1.1}, "schedule": "2026-01-01", "port": 8},
                "parameters": [
                    {"name": "a.b", "value": "1"},
                    {"name": "c", "value": "d=e"},
                    {"name": "n", "value": "007", "forceString": True},
                ],
                "fileParameters": [{"name": "f", "path": "x.pem"}],
                "releaseName": "r",
            },
        },
        "destination": {"name": "prod", "namespace": "shop"},
        "syncPolicy": {
            "syncOptions": ["CreateNamespace=true", "Prune=false"],
            "retry": {"limit": 3, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m0s"}},
        },
        "revisionHistoryLimit": 5,
    }


def test_kustomize_and_directory_options_reach_their_fields(terminal: Terminal) -> None:
    where = ("--repo", REPO, "--path", ".", "--dest-name", "in-cluster")
    kustomize = created(
        terminal,
        *("k", *where, "--kustomize-image", "nginx:1.26", "--kustomize-image", "nginx=mirror/nginx:1.27"),
        *("--nameprefix", "a-", "--namesuffix", "-z"),
    )
    assert kustomize["spec"]["source"]["kustomize"] == {
        "images": ["nginx=mirror/nginx:1.27"],
        "namePrefix": "a-",
        "nameSuffix": "-z",
    }
    directory = created(terminal, "d", *where, "--directory-recurse")
    assert directory["spec"]["source"]["directory"] == {"recurse": True}


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--auto-prune",), "Cannot set --auto-prune"),
        (("--self-heal=false",), "Cannot set --self-heal"),
        (("--sync-policy", "none", "--allow-empty"), "Cannot set --allow-empty"),
        (("--helm-set", "novalue"), "--helm-set 'novalue': write NAME=VALUE"),
        (("--label", "=x"), "--label '=x': write NAME=VALUE"),
        (("--sync-policy", "sometimes"), "'sometimes' is not one of"),
        (("--values-literal-file", "absent.yaml"), "absent.yaml: no such file or directory"),
        (("--name", "other"), "--name other does not match shop"),
    ],
)
def test_what_contradicts_itself_is_wrong_usage(
    terminal: Terminal, words: tuple[str, ...], problem: str
) -> None:
    done = terminal("app", "create", "shop", "--repo", REPO, "--path", "x", *words)
    assert done.exit_code == 2
    assert problem in done.stderr
    assert terminal("app", "list", "-o", "name").stdout == ""


def test_what_the_server_does_not_accept_is_1_with_its_sentence(terminal: Terminal) -> None:
    done = terminal("app", "create", "shop", "--path", "x", "--dest-name", "in-cluster")
    assert done.exit_code == 1
    assert "repoURL is missing" in done.stderr


def test_a_file_is_taken_as_it_is(terminal: Terminal) -> None:
    given = ROOT / "sandbox/seed/helm-charts/apps/ai-app.yaml"
    assert terminal("app", "create", "-f", str(given)).stdout == "application 'ai-app-production' created\n"
    manifest = yaml.safe_load(given.read_text())
    shown = yaml.safe_load(terminal("app", "get", "ai-app-production", "-o", "yaml").stdout)
    assert shown["spec"] == manifest["spec"]
    assert Application.parse({**manifest, "metadata": shown["metadata"]}).project


def test_standard_input_may_hold_several_and_options_are_laid_over(terminal: Terminal) -> None:
    text = yaml.safe_dump_all([application("a"), application("b")])
    done = terminal("app", "create", "-f", "-", "--revision", "v1", "--label", "x=y", given=text)
    assert done.stdout.splitlines() == ["application 'a' created", "application 'b' created"]
    found = yaml.safe_load(terminal("app", "list", "-l", "x=y", "-o", "yaml").stdout)
    assert [each["spec"]["source"]["targetRevision"] for each in found] == ["v1", "v1"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("kind: ApplicationSet\nmetadata: {name: x}\n", "Use: tidegate appset create"),
        ("kind: Secret\n", "holds a Secret where an Application is due"),
        ("a: [", "-: is not YAML (line 1"),
        ("- a\n", "holds something that is no object"),
        ("", "holds no Application"),
        ("kind: Application\nspec: {}\n", "(without a name)"),
    ],
)
def test_a_file_that_holds_something_else_is_wrong_usage(terminal: Terminal, text: str, problem: str) -> None:
    done = terminal("app", "create", "-f", "-", given=text)
    assert done.exit_code == 2
    assert problem in done.stderr


def test_set_changes_what_is_given_and_nothing_else(shop: Terminal) -> None:
    before = yaml.safe_load(shop("app", "get", "shop", "-o", "yaml").stdout)["spec"]
    assert shop("app", "set", "shop", "--revision", "v9", "--helm-set", "a=1").exit_code == 0
    assert shop("app", "set", "shop", "--helm-set", "a=2", "--sync-policy=none").exit_code == 0
    after = yaml.safe_load(shop("app", "get", "shop", "-o", "yaml").stdout)["spec"]
    wanted = {**before, "source": {**before["source"], "targetRevision": "v9"}}
    wanted["source"]["helm"] = {"parameters": [{"name": "a", "value": "2"}]}
    del wanted["syncPolicy"]
    assert after == wanted
    assert shop("app", "set", "shop").exit_code == 2


def test_a_merge_patch_changes_and_removes(shop: Terminal) -> None:
    change = '{"metadata":{"labels":{"team":"a"}},"spec":{"syncPolicy":null}}'
    assert shop("app", "patch", "shop", "--patch", change).exit_code == 0
    after = yaml.safe_load(shop("app", "get", "shop", "-o", "yaml").stdout)
    assert after["metadata"]["labels"] == {"team": "a"}
    assert "syncPolicy" not in after["spec"]


@pytest.mark.parametrize(
    "words",
    [("--patch", "{"), ("--patch", "[]"), ("--patch", '{"status":{}}'), ("--patch", "[]", "--type", "json")],
)
def test_a_patch_that_is_none_is_wrong_usage(shop: Terminal, words: tuple[str, ...]) -> None:
    assert shop("app", "patch", "shop", *words).exit_code == 2
