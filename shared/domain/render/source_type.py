"""Which tool renders a source."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from shared.domain.specs.source import Source

_KUSTOMIZATIONS = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})


class SourceType(StrEnum):
    """As Argo CD names them in status.sourceType."""

    HELM = "Helm"
    KUSTOMIZE = "Kustomize"
    DIRECTORY = "Directory"


def detect(root_listing: Collection[str], source: Source) -> SourceType:
    """Decide by the options of the source, else by the names of the files in its folder.

    A folder with both a chart and a kustomization is Kustomize's, which may use the chart.

    Source: Argo CD GetAppSourceType (reposerver/repository) and util/app/discovery: the walk is in
    lexical order and the last match counts.
    """
    if source.helm is not None:
        return SourceType.HELM
    if source.kustomize is not None:
        return SourceType.KUSTOMIZE
    if source.directory is not None:
        return SourceType.DIRECTORY
    if not _KUSTOMIZATIONS.isdisjoint(root_listing):
        return SourceType.KUSTOMIZE
    return SourceType.HELM if "Chart.yaml" in root_listing else SourceType.DIRECTORY
