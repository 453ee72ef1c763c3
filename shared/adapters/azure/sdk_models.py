"""The classes in which the Azure SDK reads answers."""

from __future__ import annotations

from types import ModuleType
from typing import Any

_FINDS_ITS_FIELDS = "_calculated"


def find_fields(models: ModuleType) -> None:
    """Let every class of the module find its fields now; called at an import, which lets one thread in.

    Each does at its first instance. Two threads that make it at once get "dictionary changed size during
    iteration", or an answer without attributes: neither is an error of the SDK's own kind.
    Source: azure-storage-queue 12.18, _generated/_utils/model_base.py, Model.__new__.
    """
    found: list[Any] = [each for each in vars(models).values() if isinstance(each, type)]
    for model in found:
        if hasattr(model, _FINDS_ITS_FIELDS):
            model.__new__(model)
