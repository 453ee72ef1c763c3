"""Quantities in the form the server stores; the right column was written by a kube-apiserver 1.34."""

from __future__ import annotations

import pytest

from sandbox.cluster.quantities import canonical


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("0.5", "500m"),
        ("1000m", "1"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("0.5Ki", "512"),
        ("1500000k", "1500M"),
        ("1e3", "1e3"),
        ("1000", "1k"),
        ("0", "0"),
        ("-1", "-1"),
        ("100n", "100n"),
        ("0.1n", "1n"),
    ],
)
def test_a_quantity_is_stored_in_its_shortest_form(text: str, stored: str) -> None:
    assert canonical(text) == stored


@pytest.mark.parametrize("text", ["", "1 Gi", "1KiB", "abc", "1.2.3"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="quantities must match"):
        canonical(text)
