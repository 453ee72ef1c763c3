"""The few places that everybody reads."""

from __future__ import annotations

import pytest

from shared.domain.manifests.manifest import annotations_of, labels_of, metadata_of

WHOLE = {"metadata": {"name": "api", "labels": {"a": "b"}, "annotations": {"c": "d"}}}


def test_what_is_there_is_read() -> None:
    assert metadata_of(WHOLE)["name"] == "api"
    assert labels_of(WHOLE) == {"a": "b"}
    assert annotations_of(WHOLE) == {"c": "d"}


@pytest.mark.parametrize(
    "manifest",
    [
        {},
        {"metadata": None},
        {"metadata": "x"},
        {"metadata": {}},
        {"metadata": {"labels": None, "annotations": []}},
    ],
)
def test_what_is_absent_or_no_object_is_empty(manifest: dict[str, object]) -> None:
    assert labels_of(manifest) == {}
    assert annotations_of(manifest) == {}
    assert isinstance(metadata_of(manifest), dict)
