"""spec.source.helm of an Application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from shared.domain.specs.fields import Fields


@dataclass(frozen=True, slots=True)
class Parameter:
    """`--set name=value`, or `--set-string` with `force_string`."""

    name: str
    value: str
    force_string: bool = False


@dataclass(frozen=True, slots=True)
class ParameterFile:
    """`--set-file name=path`; `path` is resolved like a values file."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class HelmOptions:
    """How the chart is rendered. "" and None mean "as Argo CD does by default".

    Precedence: parameters > values_object > values > value_files (later wins) > the chart's own values.
    """

    value_files: tuple[str, ...] = ()
    values: str = ""
    values_object: dict[str, Any] | None = None
    parameters: tuple[Parameter, ...] = ()
    file_parameters: tuple[ParameterFile, ...] = ()
    release_name: str = ""
    namespace: str = ""
    kube_version: str = ""
    api_versions: tuple[str, ...] = ()
    version: str = ""
    pass_credentials: bool = False
    ignore_missing_value_files: bool = False
    skip_crds: bool = False
    skip_tests: bool = False
    skip_schema_validation: bool = False

    @classmethod
    def parse(cls, fields: Fields) -> Self:
        return cls(
            value_files=fields.texts("valueFiles"),
            values=fields.text("values"),
            values_object=fields.any_object("valuesObject") if fields.has("valuesObject") else None,
            parameters=tuple(_parameter(entry) for entry in fields.children("parameters")),
            file_parameters=tuple(_parameter_file(entry) for entry in fields.children("fileParameters")),
            release_name=fields.text("releaseName"),
            namespace=fields.text("namespace"),
            kube_version=fields.text("kubeVersion"),
            api_versions=fields.texts("apiVersions"),
            version=fields.text("version"),
            pass_credentials=fields.flag("passCredentials"),
            ignore_missing_value_files=fields.flag("ignoreMissingValueFiles"),
            skip_crds=fields.flag("skipCrds"),
            skip_tests=fields.flag("skipTests"),
            skip_schema_validation=fields.flag("skipSchemaValidation"),
        )


def _parameter(fields: Fields) -> Parameter:
    return Parameter(_name_in(fields), fields.text("value"), fields.flag("forceString"))


def _parameter_file(fields: Fields) -> ParameterFile:
    return ParameterFile(_name_in(fields), fields.text("path"))


def _name_in(fields: Fields) -> str:
    name = fields.text("name")
    if not name:
        raise fields.error("name", "is missing", "Name the value to set, for example image.tag")
    return name
