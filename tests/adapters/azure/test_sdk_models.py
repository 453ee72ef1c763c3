"""The classes of the SDK know their fields before threads meet them."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from azure.storage.queue._generated._utils.model_base import Model

from shared.adapters.azure.sdk_models import find_fields

USERS = {
    "shared.adapters.azure.work_queue": "azure.storage.queue._generated",
    "shared.adapters.azure.secret_client": "azure.keyvault.secrets._generated",
    "shared.adapters.azure.container_service_client": "azure.mgmt.containerservice",
}


def names_in(module: ModuleType, model: Any) -> set[str]:
    found = (each for each in vars(module).values() if isinstance(each, type) and issubclass(each, model))
    return {f"{each.__module__}.{each.__qualname__}" for each in found}


@pytest.mark.parametrize("user", USERS)
def test_who_has_imported_a_client_has_the_fields_of_all_its_answers(user: str) -> None:
    import_module(user)
    models = import_module(f"{USERS[user]}.models")
    model = import_module(f"{USERS[user]}._utils.model_base").Model
    assert len(names_in(models, model)) > 5
    assert names_in(models, model) <= model._calculated


def test_a_class_finds_its_fields_without_an_answer() -> None:
    class Answer(Model):
        pass

    module = ModuleType("models")
    vars(module).update(Answer=Answer, other=1, Other=int)
    assert not names_in(module, Model) <= Model._calculated
    find_fields(module)
    assert names_in(module, Model) <= Model._calculated
