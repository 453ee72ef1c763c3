"""The classes of the SDK know their fields before threads meet them."""

from __future__ import annotations

from types import ModuleType

from azure.storage.queue._generated import models
from azure.storage.queue._generated._utils.model_base import Model

from shared.adapters.azure.sdk_models import find_fields
from shared.adapters.azure.work_queue import AzureWorkQueue


def names_in(module: ModuleType) -> set[str]:
    found = (each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Model))
    return {f"{each.__module__}.{each.__qualname__}" for each in found}


def test_who_has_imported_the_queue_has_the_fields_of_all_its_answers() -> None:
    assert AzureWorkQueue.__module__
    assert len(names_in(models)) > 10
    assert names_in(models) <= Model._calculated


def test_a_class_finds_its_fields_without_an_answer() -> None:
    class Answer(Model):
        pass

    module = ModuleType("models")
    vars(module).update(Answer=Answer, other=1, Other=int)
    assert not names_in(module) <= Model._calculated
    find_fields(module)
    assert names_in(module) <= Model._calculated
