"""The Bicep files as values, read by pycep-parser, to which a name and a text of its letters are the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from pycep import BicepParser

from bench.lines import ROOT

FOLDER = ROOT / "infra" / "bicep"
FILES = sorted(FOLDER.glob("*.bicep"))
_INSERTED = re.compile(r"\$\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource with its properties; those of a loop are the ones that each item gets."""

    file: str
    name: str
    type: str
    api_version: str
    existing: bool
    config: dict[str, Any]
    loops_over: Any = None


@cache
def parsed(name: str) -> dict[str, Any]:
    """A file without its ending, as pycep reads it."""
    return dict(BicepParser().parse(text=(FOLDER / f"{name}.bicep").read_text()))


def variables(name: str) -> dict[str, Any]:
    return {key: entry["value"] for key, entry in parsed(name).get("variables", {}).items()}


def resources() -> list[Resource]:
    return [
        _resource(path.stem, name, entry)
        for path in FILES
        for name, entry in parsed(path.stem).get("resources", {}).items()
    ]


def resource(file: str, name: str) -> Resource:
    (found,) = [each for each in resources() if (each.file, each.name) == (file, name)]
    return found


def _resource(file: str, name: str, entry: dict[str, Any]) -> Resource:
    config, over = entry["config"], None
    if "loop_type" in config:
        config, over = config["config"], config["loop_type"]["detail"]["array_name"]
    return Resource(file, name, entry["type"], entry["api_version"], entry["existing"], config, over)


def text_of(value: Any, file: str) -> str:
    """What an expression of site.bicep or main.bicep becomes with the template's defaults.

    What only Azure knows becomes the text of the expression itself.
    """
    if isinstance(value, dict):
        if value.get("function", {}).get("type") == "string":
            (argument,) = value["function"]["parameters"].values()
            return text_of(argument, file)
        return path_of(value)
    text = str(value)
    if text in variables(file):
        return text_of(variables(file)[text], file)
    if text in parsed(file).get("parameters", {}):
        return _parameter(text, file)
    return _INSERTED.sub(lambda match: text_of(match[1], file), text)


def path_of(value: Any) -> str:
    """`identity.properties.clientId` for such an access, and a name for itself."""
    if isinstance(value, dict) and value.get("operator", {}).get("type") == "property_accessor":
        operands = value["operator"]["operands"]
        return f"{path_of(operands['operand_1'])}.{path_of(operands['operand_2'])}"
    return str(value)


def _parameter(name: str, file: str) -> str:
    if file != "main":
        for module in parsed("main")["modules"].values():
            if module["detail"]["full"] == f"{file}.bicep":
                return text_of(module["config"]["params"][name], "main")
    default = parsed(file)["parameters"][name]["default"]
    return name if default is None else text_of(default, file)
