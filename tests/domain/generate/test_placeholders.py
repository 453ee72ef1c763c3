"""Placeholders of ApplicationSets."""

from __future__ import annotations

from shared.domain.generate.placeholders import filled, left_over


def test_placeholders_are_filled_in_texts_keys_and_lists() -> None:
    template = {"a-{{x}}": ["{{ x }}", {"b": "{{x}}{{y}}"}], "n": 3}
    assert filled(template, {"x": "1", "y": "2"}) == {"a-1": ["1", {"b": "12"}], "n": 3}


def test_what_nobody_gives_stays_and_is_named() -> None:
    assert filled("{{x}}-{{metadata.labels.a/b}}", {"metadata.labels.a/b": "1"}) == "{{x}}-1"
    assert left_over({"{{y}}": ["{{x}}"]}) == ["{{y}}", "{{x}}"]
