"""What one trace id stands for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared.domain.record.change_trace import ChangeKind, ChangeTrace

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=5)
IMAGE = ChangeTrace("a" * 32, ChangeKind.IMAGE, "acr webhook", NOW, "myacr.azurecr.io/shop", "1.1.0")


def test_the_first_choice_and_the_first_commit_count() -> None:
    chosen = IMAGE.with_choice(NOW).with_choice(LATER)
    assert chosen.chosen == NOW
    written = chosen.with_commit("https://github.com/o/r", "c" * 40, IMAGE.trace, LATER)
    assert (written.commit, written.committed, written.continued_by) == ("c" * 40, LATER, "")
    assert written.with_commit("https://github.com/o/r", "d" * 40, IMAGE.trace, LATER) == written


def test_a_commit_of_several_images_goes_on_under_the_trace_of_one() -> None:
    written = IMAGE.with_commit("https://github.com/o/r", "c" * 40, "b" * 32, NOW)
    assert written.continued_by == "b" * 32
    assert replace(written, continued_by="").chosen == NOW
