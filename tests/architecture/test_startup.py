"""A cold start pays for nothing that its first answer does not need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.lines import ROOT

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
    ),
)
LOADED_BY_THE_APP = """
import json, sys
import azure.functions
before = set(sys.modules)
import function_app
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_importing_the_function_app_loads_no_heavy_library(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", LOADED_BY_THE_APP],
        cwd=ROOT,
        env={"HOME": str(tmp_path), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    loaded = json.loads(run.stdout.splitlines()[-1])
    assert "function_app" in loaded
    assert [name for name in loaded if any(name == one or name.startswith(f"{one}.") for one in HEAVY)] == []
