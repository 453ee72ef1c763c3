"""What the functions say about themselves, through the decorators."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from functools import cache
from typing import Any

from bench.lines import ROOT

_CODE = """
import json, function_app
functions = function_app.app.get_functions()
print(json.dumps([b.get_dict_repr() for f in functions for b in f.get_bindings()], default=str))
"""


@cache
def bindings() -> list[dict[str, Any]]:
    """All bindings of all functions, read in a process of their own: the app can be indexed once only."""
    with tempfile.TemporaryDirectory() as home:
        run = subprocess.run(
            [sys.executable, "-c", _CODE],
            cwd=ROOT,
            env={"HOME": home, "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
    found: list[dict[str, Any]] = json.loads(run.stdout.splitlines()[-1])
    return found


def queue_names() -> set[str]:
    """Queues that a function takes from or sends to."""
    return {binding["queueName"] for binding in bindings() if "queueName" in binding}


def named_settings() -> set[str]:
    """Settings that bindings name: `%NAME%`, and prefixes of connections."""
    texts = json.dumps(bindings())
    return {*re.findall(r"%(\w+)%", texts), *(b["connection"] for b in bindings() if "connection" in b)}
