"""From a source of an Application to the request for the manifest tool."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.render.build_environment import build_environment, substituted
from shared.domain.render.helm_values import ValueFiles, inline_values
from shared.domain.render.render_request import (
    DirectoryRequest,
    FileParameter,
    HelmParameter,
    HelmRequest,
    KustomizeRequest,
    ValueFile,
)
from shared.domain.render.source_type import SourceType
from shared.domain.source.checkout import Checkout
from shared.domain.specs.application import Application
from shared.domain.specs.directory_options import DirectoryOptions
from shared.domain.specs.helm_options import HelmOptions
from shared.domain.specs.source import Source
from shared.errors import RenderError

RenderRequest = HelmRequest | KustomizeRequest | DirectoryRequest
_KUBE_VERSION = re.compile(r"v?([0-9]+\.[0-9]+(?:\.[0-9]+)*)(?:[-+].*)?")
_LONGEST_RELEASE = 53


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """What charts may ask about the cluster: `v1.34.4`, and `v1`, `apps/v1`, `apps/v1/Deployment` …"""

    kube_version: str
    api_versions: tuple[str, ...]


def render_request(
    app: Application,
    source: Source,
    checkout: Checkout,
    refs: Mapping[str, Checkout],
    source_type: SourceType,
    cluster: ClusterFacts,
) -> RenderRequest:
    """Say what the manifest tool shall do for one source.

    Args:
        source: one of `app.sources`, with a path (a chart of a Helm repository cannot be rendered yet).
        checkout: the repository of the source at its commit.
        refs: the checkouts of the sources that have a `ref`, by that name without `$`.

    Raises:
        RenderError: a values file that cannot be had, a release name or version that Helm refuses.

    Source: Argo CD helmTemplate, GenerateManifests (reposerver/repository) and util/kustomize: build
    variables are put into values paths, parameters, Kustomize images and labels, and nowhere else.
    """
    path = source.path or "."
    environment = build_environment(app, source, checkout.commit)
    if source_type is SourceType.HELM:
        files = ValueFiles(f"Application {app.ref}", checkout, path, refs, environment)
        return _helm(app, source.helm or HelmOptions(), files, cluster)
    if source_type is SourceType.KUSTOMIZE:
        return KustomizeRequest(checkout, path, _kustomize(source.kustomize or {}, environment))
    options = source.directory or DirectoryOptions()
    return DirectoryRequest(checkout, path, options.recurse, options.include, options.exclude)


def _helm(app: Application, helm: HelmOptions, files: ValueFiles, cluster: ClusterFacts) -> HelmRequest:
    return HelmRequest(
        checkout=files.checkout,
        path=files.path,
        release=_release(app, helm),
        namespace=helm.namespace or app.destination.namespace,
        kube_version=_kube_version(app, helm.kube_version or cluster.kube_version),
        api_versions=helm.api_versions or tuple(sorted(cluster.api_versions)),
        value_files=tuple(_value_files(helm, files)),
        values=inline_values(helm),
        parameters=tuple(
            HelmParameter(each.name, substituted(each.value, files.environment), each.force_string)
            for each in helm.parameters
        ),
        file_parameters=tuple(
            FileParameter(each.name, files.resolve(each.path, "spec.source.helm.fileParameters"))
            for each in helm.file_parameters
        ),
        skip_crds=helm.skip_crds,
        skip_tests=helm.skip_tests,
        skip_schema_validation=helm.skip_schema_validation,
        ignore_missing_value_files=helm.ignore_missing_value_files,
    )


def _value_files(helm: HelmOptions, files: ValueFiles) -> list[ValueFile]:
    """Each file once, in its first place, as in Argo CD."""
    resolved = [files.resolve(text, "spec.source.helm.valueFiles") for text in helm.value_files]
    return list(dict.fromkeys(resolved))


def _release(app: Application, helm: HelmOptions) -> str:
    release = helm.release_name or app.ref.name
    if len(release) > _LONGEST_RELEASE:
        raise RenderError(
            f"Application {app.ref}: the release name {release!r} is longer than {_LONGEST_RELEASE} "
            "characters. Set a shorter spec.source.helm.releaseName"
        )
    return release


def _kube_version(app: Application, text: str) -> str:
    """`v1.34.4-aks.1` as charts see it: `1.34.4`. Source: Argo CD parseKubeVersion."""
    match = _KUBE_VERSION.fullmatch(text) if text else None
    if text and match is None:
        raise RenderError(f"Application {app.ref}: {text!r} is no Kubernetes version. Write 1.34 or v1.34.4")
    return match[1] if match else ""


def _kustomize(options: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, object]:
    """The options with variables put into images and labels, and into annotations when asked to."""
    filled: dict[str, object] = dict(options)
    if options.get("images"):
        filled["images"] = [substituted(image, environment) for image in options["images"]]
    maps = ["commonLabels"] + (["commonAnnotations"] if options.get("commonAnnotationsEnvsubst") else [])
    for name in maps:
        if options.get(name):
            filled[name] = {key: substituted(value, environment) for key, value in options[name].items()}
    return filled
