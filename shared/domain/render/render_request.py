"""What the manifest tool is asked to render."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.domain.source.checkout import Checkout


@dataclass(frozen=True, slots=True)
class ValueFile:
    """A values file: `path` from the root of `checkout`, already resolved (`$ref/` and `/` are gone)."""

    checkout: Checkout
    path: str


@dataclass(frozen=True, slots=True)
class HelmParameter:
    name: str
    value: str
    force_string: bool = False


@dataclass(frozen=True, slots=True)
class FileParameter:
    name: str
    file: ValueFile


@dataclass(frozen=True, slots=True)
class HelmRequest:
    """`helm template` of the chart at `path`.

    Precedence: parameters > values > value_files (later wins) > the chart's own values.

    Source: Argo CD reposerver/repository (helmTemplate) and util/helm.
    """

    checkout: Checkout
    path: str
    release: str
    namespace: str
    kube_version: str = ""
    api_versions: tuple[str, ...] = ()
    value_files: tuple[ValueFile, ...] = ()
    values: str = ""
    parameters: tuple[HelmParameter, ...] = ()
    file_parameters: tuple[FileParameter, ...] = ()
    skip_crds: bool = False
    skip_tests: bool = False
    skip_schema_validation: bool = False
    ignore_missing_value_files: bool = False


@dataclass(frozen=True, slots=True)
class KustomizeRequest:
    """`kustomize build` of `path` after the edits that the Application asks for (spec.source.kustomize).

    `options` is that object as written in the manifest: namePrefix, nameSuffix, images, replicas,
    commonLabels, commonAnnotations, namespace, patches, components, …
    """

    checkout: Checkout
    path: str
    options: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DirectoryRequest:
    """The plain manifests under `path`. `include` and `exclude` are Argo CD's globs, "" = none."""

    checkout: Checkout
    path: str
    recurse: bool = False
    include: str = ""
    exclude: str = ""
