"""A cold start pays for nothing that its first answer does not need, and Azure takes every function."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bench.lines import ROOT, python_modules

HEAVY = (
    *(
        "requests",
        "urllib3",
        "kubernetes",
        "pygit2",
        "sqlite3",
        "cryptography",
        "werkzeug",
        "waitress",
        "cronsim",
    ),
    *(
        "azure.identity",
        "azure.storage",
        "azure.data",
        "azure.keyvault",
        "azure.mgmt",
        "yaml",
        "jwt",
        "orjson",
        "msgspec",
    ),
)
# Rooms that a door loads only when it is called
LATER = ("shared.services", "shared.adapters")
INDEXED = """
import json, sys
import azure.functions as func
before = set(sys.modules)
import function_app
apps = [name for name, value in vars(function_app).items() if isinstance(value, func.FunctionRegister)]
functions = [
    {
        "name": function.get_function_name(),
        "python_name": function.get_user_function().__name__,
        "bindings": [binding.get_dict_repr() for binding in function.get_bindings()],
    }
    for function in function_app.app.get_functions()
]
loaded = sorted(set(sys.modules) - before)
print(json.dumps({"apps": apps, "functions": functions, "loaded": loaded}, default=str))
"""
HOSTED = """
import function_app
from host.indexing import index_app
schedule = "0 * * * * *"
names = ("POLL", "DRIFT", "VAULT")
index = index_app(function_app.app, {f"TIDEGATE_{name}_SCHEDULE": schedule for name in names})
print(len(index.http) + len(index.queues) + len(index.timers))
"""


def run_python(code: str, home: Path) -> str:
    """The last line that a fresh interpreter prints for the code, with no settings."""
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"HOME": str(home), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the decorators say, and what was loaded until they had said it."""
    home = tmp_path_factory.mktemp("home")
    result: dict[str, Any] = json.loads(run_python(INDEXED, home))
    assert list(home.iterdir()) == [], "indexing writes nothing"
    return result


def within(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def test_indexing_every_function_loads_no_heavy_library(indexed: dict[str, Any]) -> None:
    assert "function_app" in indexed["loaded"]
    assert [name for name in indexed["loaded"] if within(name, HEAVY)] == []


def test_what_is_loaded_is_the_standard_library_and_our_pure_rooms(indexed: dict[str, Any]) -> None:
    ours = [name for name in indexed["loaded"] if within(name, ("functions", "shared"))]
    assert "functions.github_webhook" in ours
    assert [name for name in ours if within(name, LATER)] == []
    others = {name.partition(".")[0] for name in indexed["loaded"]} - {"functions", "shared", "function_app"}
    assert others - set(sys.stdlib_module_names) == set()


@pytest.mark.parametrize(
    "path", python_modules(("functions",)), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_a_door_imports_nothing_at_its_top_but_the_platform_and_us(path: Path) -> None:
    allowed = {"azure", "functions", "shared", *sys.stdlib_module_names}
    imported = top_level_imports(path)
    assert {name for name in imported if name.partition(".")[0] not in allowed} == set()
    assert {name for name in imported if within(name, ("azure",))} <= {"azure.functions"}


def top_level_imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_one_app_stands_at_the_top_and_no_two_functions_share_a_name(indexed: dict[str, Any]) -> None:
    assert indexed["apps"] == ["app"]
    for key in ("name", "python_name"):
        names = [function[key] for function in indexed["functions"]]
        assert sorted(names) == sorted(set(names))


def test_every_door_file_has_its_functions(indexed: dict[str, Any]) -> None:
    doors = {path.stem for path in (ROOT / "functions").glob("[a-z]*.py")}
    # the page answers behind the route of rest_api
    assert doors - {"poison_queue", "web_ui"} <= {function["name"] for function in indexed["functions"]}
    assert {"work_poison", "events_poison"} <= {function["name"] for function in indexed["functions"]}


def test_every_function_has_one_trigger_and_an_http_function_its_answer(indexed: dict[str, Any]) -> None:
    for function in indexed["functions"]:
        kinds = [binding["type"] for binding in function["bindings"]]
        triggers = [kind for kind in kinds if kind.endswith("Trigger")]
        assert len(triggers) == 1, function["name"]
        assert ("http" in kinds) == (triggers == ["httpTrigger"]), function["name"]


def test_every_route_is_ours_and_only_one_catches_the_rest(indexed: dict[str, Any]) -> None:
    bindings = [binding for function in indexed["functions"] for binding in function["bindings"]]
    routes = [binding["route"] for binding in bindings if binding["type"] == "httpTrigger"]
    assert sorted(routes) == sorted(set(routes))
    assert [route for route in routes if route.split("/")[0].lower() in {"admin", "runtime"}] == []
    assert [route for route in routes if "{*" in route] == ["{*path}"]


def test_a_queue_function_takes_the_connection_that_carries_an_identity(indexed: dict[str, Any]) -> None:
    bindings = [binding for function in indexed["functions"] for binding in function["bindings"]]
    assert {b["connection"] for b in bindings if b["type"] in {"queue", "queueTrigger"}} == {
        "AzureWebJobsStorage"
    }


def test_our_host_finds_nothing_that_azure_would_refuse(indexed: dict[str, Any], tmp_path: Path) -> None:
    """Parameters, annotations, bindings, answers: tests/infra/test_signatures.py compares it with Azure's."""
    assert int(run_python(HOSTED, tmp_path)) == len(indexed["functions"])
