"""What an operation says of itself."""

from __future__ import annotations

import pytest

from shared.domain.operate.operation import Phase
from tests.domain.operate.operations import apply, check, done, failed, prune, running


@pytest.mark.parametrize(
    ("phase", "completed"),
    [
        (Phase.RUNNING, False),
        (Phase.TERMINATING, False),
        (Phase.SUCCEEDED, True),
        (Phase.FAILED, True),
        (Phase.ERROR, True),
    ],
)
def test_three_phases_are_an_end(phase: Phase, completed: bool) -> None:
    assert phase.completed is completed


def test_a_task_is_pending_until_it_has_a_result_good_or_bad() -> None:
    operation = running(prune("Job/old"), apply("Job/a"), apply("Job/b"))
    assert [task.key.name for task in operation.pending()] == ["old", "a", "b"]
    assert [task.key.name for task in done(operation, "Job/old", failed("Job/a")).pending()] == ["b"]


def test_a_check_is_nothing_to_do() -> None:
    assert running(check("Job/a")).pending() == ()
