"""Which tool renders a folder."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.render.source_type import SourceType, detect
from tests.domain.render.asked import application

LISTINGS = [
    (["Chart.yaml", "values.yaml", "templates"], SourceType.HELM),
    (["kustomization.yaml", "base"], SourceType.KUSTOMIZE),
    (["kustomization.yml"], SourceType.KUSTOMIZE),
    (["Kustomization"], SourceType.KUSTOMIZE),
    (["Chart.yaml", "kustomization.yaml"], SourceType.KUSTOMIZE),
    (["deployment.yaml", "charts"], SourceType.DIRECTORY),
    (["chart.yaml", "Kustomization.yaml"], SourceType.DIRECTORY),
    ([], SourceType.DIRECTORY),
]


@pytest.mark.parametrize(("listing", "expected"), LISTINGS, ids=[" ".join(files) for files, _ in LISTINGS])
def test_the_files_decide_where_nobody_said(listing: list[str], expected: SourceType) -> None:
    assert detect(listing, application().sources[0]) is expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"helm": {}}, SourceType.HELM),
        ({"kustomize": {}}, SourceType.KUSTOMIZE),
        ({"directory": {}}, SourceType.DIRECTORY),
    ],
)
def test_what_the_application_says_wins_over_the_files(options: dict[str, Any], expected: SourceType) -> None:
    everything = ["Chart.yaml", "kustomization.yaml", "deployment.yaml"]
    assert detect(everything, application(**options).sources[0]) is expected
