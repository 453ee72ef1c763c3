"""`{{name}}` in texts, as ApplicationSets without goTemplate use it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")


def filled(value: Any, parameters: Mapping[str, str]) -> Any:
    """Replace the placeholders in every text of a JSON value, map keys too; unknown ones stay as they are.

    Source: Argo CD applicationset/utils (RenderTemplateParams, fasttemplate with `{{` and `}}`).
    """
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda match: parameters.get(match[1], match[0]), value)
    if isinstance(value, list):
        return [filled(item, parameters) for item in value]
    if isinstance(value, dict):
        return {filled(name, parameters): filled(item, parameters) for name, item in value.items()}
    return value


def left_over(value: Any) -> list[str]:
    """The placeholders that nothing has filled, in order."""
    if isinstance(value, str):
        return [match[0] for match in _PLACEHOLDER.finditer(value)]
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    return [name for item in value for name in left_over(item)] if isinstance(value, list) else []
