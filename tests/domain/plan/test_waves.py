"""Sync waves."""

from __future__ import annotations

import pytest

from shared.domain.plan.waves import HELM_WEIGHT, WAVE, mirrored, wave_of


@pytest.mark.parametrize(
    ("text", "wave"),
    [
        ("3", 3),
        ("-1", -1),
        ("+7", 7),
        ("007", 7),
        ("-0", 0),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("0" * 5000 + "4", 4),
    ],
)
def test_a_wave_is_a_whole_number(text: str, wave: int) -> None:
    assert wave_of({"metadata": {"annotations": {WAVE: text}}}) == wave


@pytest.mark.parametrize(
    "text", ["first", "", "1.5", " 1", "1_000", "0x10", "٣", "+", "1" * 5000, "9223372036854775808", 4, None]
)
def test_text_that_is_no_whole_number_counts_as_absent(text: object) -> None:
    assert wave_of({"metadata": {"annotations": {WAVE: text}}}) == 0
    assert wave_of({"metadata": {"annotations": {WAVE: text, HELM_WEIGHT: "5"}}}) == 5


def test_the_weight_of_a_helm_hook_counts_only_where_there_is_no_wave() -> None:
    assert wave_of({"metadata": {"annotations": {HELM_WEIGHT: "-5"}}}) == -5
    assert wave_of({"metadata": {"annotations": {HELM_WEIGHT: "-5", WAVE: "0"}}}) == 0


@pytest.mark.parametrize("manifest", [{}, {"metadata": None}, {"metadata": {"annotations": None}}])
def test_without_annotations_the_wave_is_zero(manifest: dict[str, object]) -> None:
    assert wave_of(manifest) == 0


@pytest.mark.parametrize(
    ("waves", "mirror"),
    [
        ([], {}),
        ([4, 4], {4: 4}),
        ([0, 5], {0: 5, 5: 0}),
        ([7, -2, 0], {-2: 7, 0: 0, 7: -2}),
        ([1, 2, 3, 10], {1: 10, 2: 3, 3: 2, 10: 1}),
    ],
)
def test_the_first_wave_takes_the_place_of_the_last(waves: list[int], mirror: dict[int, int]) -> None:
    assert mirrored(waves) == mirror
