"""YAML and JSON files that people give us."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from tidegate.failures import Exit, Failure

_KEPT = ("bool", "null", "merge")
_INTEGER = re.compile(r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)$")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$|[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$"
)


def read_documents(name: str) -> list[dict[str, Any]]:
    """The documents of a file, or of standard input for `-`. Raises Failure (2)."""
    return parse_documents(read_text(name), name)


def parse_documents(text: str, name: str) -> list[dict[str, Any]]:
    """Every document of a YAML or JSON text; empty ones are left out. `name` is for messages.

    Scalars are read as Kubernetes reads them: a date and `1:30` are texts. Raises Failure (2).
    """
    import yaml

    try:
        found = [each for each in yaml.load_all(text, _loader()) if each is not None]
    except yaml.YAMLError as error:
        raise Failure(f"{name}: is not YAML ({_place(error)})", Exit.USAGE) from error
    if not all(isinstance(each, dict) for each in found):
        raise Failure(f"{name}: holds something that is no object", Exit.USAGE)
    return found


def read_text(name: str) -> str:
    """The text of a file, or of standard input for `-`. Raises Failure (2)."""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text()
    except OSError as error:
        raise Failure(f"{name}: {(error.strerror or 'cannot be read').lower()}", Exit.USAGE) from error
    except UnicodeDecodeError as error:
        raise Failure(f"{name}: is not text", Exit.USAGE) from error


def _loader() -> Any:
    """YAML 1.1 without its dates and base-60 numbers, which Kubernetes' reader does not know either."""
    import yaml

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {  # noqa: RUF012 as its base class has it
            sign: [(tag, pattern) for tag, pattern in found if tag.rpartition(":")[2] in _KEPT]
            for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    signs = list("-+.0123456789")
    Loader.add_implicit_resolver("tag:yaml.org,2002:int", _INTEGER, signs)
    Loader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, signs)
    return Loader


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "cannot be read"
    return f"line {mark.line + 1}: {problem}" if mark else str(problem)
