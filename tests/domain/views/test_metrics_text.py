"""The text that Prometheus reads."""

from __future__ import annotations

from shared.domain.views.metrics_text import Family, exposition, family_of, gauge


def test_a_metric_has_help_type_and_a_line_for_each_number() -> None:
    info = gauge("app_info", "One\\ a line\n", [({"name": 'a"b\\c\nd', "project": ""}, 1)])
    assert exposition([info]) == (
        "# HELP app_info One\\\\ a line\\n\n"
        "# TYPE app_info gauge\n"
        'app_info{name="a\\"b\\\\c\\nd",project=""} 1\n'
    )


def test_numbers_are_whole_or_precise_and_need_no_labels() -> None:
    family = Family("seconds", "counter", "s", (("seconds", (), 0.1 + 0.2), ("seconds", (), 1e9)))
    assert exposition([family]).splitlines()[2:] == ["seconds 0.30000000000000004", "seconds 1000000000"]


def test_a_metric_without_numbers_is_left_out() -> None:
    assert exposition([gauge("empty", "nothing", [])]) == ""


def test_the_parts_of_a_histogram_belong_to_it_and_a_count_that_ends_alike_does_not() -> None:
    histograms = {"took"}
    names = ["took_bucket", "took_sum", "took_count", "calls_count", "calls_total"]
    assert [family_of(name, histograms) for name in names] == [
        "took",
        "took",
        "took",
        "calls_count",
        "calls_total",
    ]
