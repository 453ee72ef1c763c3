"""How a chart is rendered."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.specs.fields import Fields
from shared.domain.specs.helm_options import HelmOptions, Parameter, ParameterFile
from shared.errors import InvalidSpecError


def parsed(**data: Any) -> HelmOptions:
    return HelmOptions.parse(Fields("Application argocd/shop", "spec.source.helm", data))


def test_nothing_said_is_the_default() -> None:
    assert parsed() == HelmOptions()


def test_every_option_is_read() -> None:
    assert parsed(
        valueFiles=["a.yaml"],
        values="a: 1",
        valuesObject={"a": {"b": [1]}},
        parameters=[{"name": "a", "value": "1"}, {"name": "b", "forceString": True}],
        fileParameters=[{"name": "c", "path": "c.txt"}],
        releaseName="store",
        namespace="shop",
        kubeVersion="1.30",
        apiVersions=["v1"],
        version="3",
        passCredentials=True,
        ignoreMissingValueFiles=True,
        skipCrds=True,
        skipTests=True,
        skipSchemaValidation=True,
    ) == HelmOptions(
        ("a.yaml",),
        "a: 1",
        {"a": {"b": [1]}},
        (Parameter("a", "1"), Parameter("b", "", force_string=True)),
        (ParameterFile("c", "c.txt"),),
        "store",
        "shop",
        "1.30",
        ("v1",),
        "3",
        pass_credentials=True,
        ignore_missing_value_files=True,
        skip_crds=True,
        skip_tests=True,
        skip_schema_validation=True,
    )


def test_an_empty_values_object_is_not_the_same_as_none() -> None:
    assert parsed(valuesObject={}).values_object == {}
    assert parsed(valuesObject=None).values_object is None


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"values": {"a": 1}}, "values must be a text, not an object"),
        ({"valuesObject": "a: 1"}, "valuesObject must be an object, not a text"),
        (
            {"valueFiles": "a.yaml"},
            "valueFiles must be a list, not a text. Write one entry a line, each after a dash",
        ),
        ({"parameters": {"a": "1"}}, "parameters must be a list, not an object"),
        (
            {"parameters": [{"value": "1"}]},
            "parameters[0].name is missing. Name the value to set, for example image.tag",
        ),
        (
            {"parameters": [{"name": "a", "value": 1}]},
            "parameters[0].value must be a text, not a whole number. Put it in quotes",
        ),
    ],
)
def test_what_is_wrong_names_its_field(data: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidSpecError) as caught:
        parsed(**data)
    assert str(caught.value) == f"Application argocd/shop: spec.source.helm.{sentence}"
