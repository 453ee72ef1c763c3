"""One short step of a sync after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.operate.advance import DEADLINE, advance, with_results
from shared.domain.operate.operation import Operation, Phase, ResultStatus
from shared.domain.plan.sync_plan import SyncTask
from tests.domain.operate.operations import (
    DEGRADED,
    NOON,
    apply,
    check,
    crd,
    done,
    ended,
    failed,
    health,
    key,
    moved,
    prune,
    result,
    running,
    steps,
)

TWO_WAVES = running(apply("Job/a"), apply("Job/b", 1))
LATE = DEADLINE + timedelta(seconds=1)


# Steps


def test_a_wave_is_done_kind_by_kind_and_prunes_first() -> None:
    tasks = [prune("Job/old"), apply("Secret/s"), apply("Secret/t"), apply("Job/a"), apply("Job/later", 1)]
    assert steps(moved(running(*tasks))) == ["prune old", "apply s,t", "apply a"]


def test_what_has_a_result_is_not_done_again() -> None:
    operation = running(apply("Secret/s"), apply("Secret/t"))
    assert steps(moved(done(operation, "Secret/s"))) == ["apply t"]


def test_a_single_wave_succeeds_at_once_whatever_health_does_later() -> None:
    operation = with_results(running(apply("Job/a")), [result("Job/a")])
    assert ended(moved(operation, a=DEGRADED)) == "Succeeded: successfully synced (all tasks run)"


def test_the_last_wave_succeeds_at_once_too() -> None:
    operation = done(done(TWO_WAVES, "Job/a"), "Job/b")
    assert ended(moved(operation, a="Healthy", b="Progressing")).startswith("Succeeded")


@pytest.mark.parametrize("tasks", [[], [check("Job/a")]])
def test_nothing_to_do_is_a_success(tasks: list[SyncTask]) -> None:
    assert ended(moved(running(*tasks))) == "Succeeded: successfully synced (no more tasks)"


def test_the_end_is_noted_with_its_moment_and_is_final() -> None:
    end = moved(running(), timedelta(seconds=5))
    assert end.operation.finished_at == NOON + timedelta(seconds=5)
    assert moved(end.operation, LATE, a=DEGRADED).operation == end.operation


# Waiting between waves


def test_health_is_looked_at_after_a_write_before_the_next_wave() -> None:
    """Before the write, the object was Healthy or not there: that says nothing of what was written."""
    written = with_results(TWO_WAVES, [result("Job/a")])
    look = moved(written, a="Healthy")
    assert (look.steps, look.wake_after) == ((), timedelta(seconds=1))
    assert steps(moved(look.operation, a="Healthy")) == ["apply b"]


def test_a_wave_that_wrote_nothing_needs_no_look() -> None:
    operation = running(prune("Job/old", -1), apply("Job/a"))
    pruned = with_results(operation, [result("Job/old", ResultStatus.PRUNED)])
    assert steps(moved(pruned)) == ["apply a"]


@pytest.mark.parametrize("found", ["Healthy", None])
def test_what_is_healthy_or_has_no_health_lets_the_next_wave_go(found: str | None) -> None:
    assert steps(moved(done(TWO_WAVES, "Job/a"), a=found)) == ["apply b"]


def test_what_is_gone_again_holds_up_no_wave() -> None:
    assert steps(moved(done(TWO_WAVES, "Job/a"))) == ["apply b"]


@pytest.mark.parametrize("found", ["Progressing", "Suspended", "Missing", "Unknown"])
def test_the_next_wave_waits_for_health_and_says_so(found: str) -> None:
    wait = moved(done(TWO_WAVES, "Job/a"), a=found)
    assert (wait.steps, wait.wake_after) == ((), timedelta(seconds=2))
    assert wait.operation.phase is Phase.RUNNING
    assert wait.operation.message == "waiting for healthy state of Job shop/a"


def test_others_that_are_waited_for_are_counted() -> None:
    operation = running(apply("Job/a"), apply("Job/c"), apply("Job/d"), apply("Job/b", 1))
    wait = moved(done(operation, "Job/a", "Job/c", "Job/d"), a="Healthy", c="Progressing", d="Progressing")
    assert wait.operation.message == "waiting for healthy state of Job shop/c and 1 more resources"


def test_every_earlier_wave_counts_not_only_the_last() -> None:
    three = running(apply("Job/a"), apply("Job/b", 1), apply("Job/c", 2))
    operation = done(done(three, "Job/a"), "Job/b")
    assert moved(operation, a="Progressing", b="Healthy").wake_after is not None


@pytest.mark.parametrize(("seconds", "poll"), [(0, 2), (19, 2), (20, 5), (30, 10), (40, 30), (3600, 30)])
def test_the_longer_it_takes_the_rarer_we_look(seconds: int, poll: int) -> None:
    wait = moved(done(TWO_WAVES, "Job/a"), timedelta(seconds=seconds), a="Progressing")
    assert wait.wake_after == timedelta(seconds=poll)


def test_a_degraded_object_ends_a_sync_that_has_waves_left() -> None:
    assert ended(moved(done(TWO_WAVES, "Job/a"), a=DEGRADED)) == (
        "Failed: one or more synchronization tasks completed unsuccessfully: "
        "Job shop/a is Degraded: ImagePullBackOff"
    )


def test_objects_of_the_same_wave_do_not_wait_for_each_other() -> None:
    """What is left of a wave (its kind was not served yet) may be what the others need to become Healthy."""
    operation = running(apply(crd("widgets.x.io")), apply("Job/a"), apply("Widget.x.io/w"))
    begun = with_results(operation, [result(crd("widgets.x.io")), result("Job/a")])
    assert steps(moved(begun, a="Progressing")) == ["apply w"]
    assert steps(moved(begun, a=DEGRADED)) == ["apply w"]


def test_pruned_objects_hold_up_no_wave() -> None:
    operation = running(prune("Job/old"), apply("Job/b", 1))
    pruned = with_results(operation, [result("Job/old", ResultStatus.PRUNED)])
    assert steps(moved(pruned, old="Progressing")) == ["apply b"]


def test_a_later_wave_waits_for_what_was_in_sync_before() -> None:
    operation = running(check("Job/a"), apply("Job/b", 1))
    assert moved(operation, a="Progressing").wake_after is not None
    assert ended(moved(operation, a=DEGRADED)).startswith("Failed")
    assert steps(moved(operation, a="Healthy")) == ["apply b"]


def test_a_self_heal_does_not_wait_for_what_it_did_not_write() -> None:
    operation = running(check("Job/a"), apply("Job/b", 1), apply("Job/c", 2), heals=True)
    assert steps(moved(operation, a=DEGRADED)) == ["apply b"]
    assert moved(done(operation, "Job/b"), a=DEGRADED, b="Progressing").wake_after is not None


def test_a_dry_run_waits_for_nothing() -> None:
    operation = replace(TWO_WAVES, dry_run=True)
    assert steps(moved(operation)) == ["apply a"]
    assert steps(moved(with_results(operation, [result("Job/a")]), a=DEGRADED)) == ["apply b"]


# The deadline


def test_a_wave_that_does_not_become_healthy_in_an_hour_fails() -> None:
    operation = done(TWO_WAVES, "Job/a")
    assert moved(operation, DEADLINE, a="Progressing").wake_after is not None
    assert ended(moved(operation, LATE, a="Progressing")) == (
        "Failed: Job shop/a was not Healthy after 3600 s"
    )


def test_each_attempt_has_its_own_hour() -> None:
    """A retried operation keeps the moment at which the first attempt started."""
    first = moved(TWO_WAVES, 5 * DEADLINE).operation
    retried = done(first, "Job/a")
    assert moved(retried, 6 * DEADLINE, a="Progressing").wake_after is not None
    assert ended(moved(retried, 6 * DEADLINE + timedelta(seconds=1), a="Progressing")).startswith("Failed")


def test_a_wave_that_becomes_healthy_late_still_goes_on() -> None:
    assert steps(moved(done(TWO_WAVES, "Job/a"), LATE, a="Healthy")) == ["apply b"]


@pytest.mark.parametrize("wave", [0, 1])
def test_a_kind_that_is_never_served_ends_the_operation(wave: int) -> None:
    operation = running(apply(crd("widgets.x.io")), apply("Widget.x.io/w", wave))
    begun = done(moved(operation).operation, crd("widgets.x.io"))
    assert steps(moved(begun, DEADLINE)) == ["apply w"]
    assert ended(moved(begun, LATE)) == (
        "Failed: the cluster did not serve the kind of Widget.x.io shop/w within 3600 s"
    )


# Failures


def test_a_failure_ends_the_sync_before_the_next_wave() -> None:
    assert ended(moved(done(TWO_WAVES, failed("Job/a", "immutable")))) == (
        "Failed: one or more objects failed to apply, reason: immutable"
    )


def test_the_rest_of_the_failed_wave_is_tried_so_that_all_errors_show() -> None:
    operation = running(apply("Secret/s"), apply("Job/a"), apply("Job/b", 1))
    begun = with_results(operation, [failed("Secret/s", "too long")])
    assert steps(moved(begun)) == ["apply a"]
    assert ended(moved(with_results(begun, [failed("Job/a", "immutable")]))).endswith(
        "reason: too long,immutable"
    )


def test_the_same_error_is_said_once_and_many_are_cut_short() -> None:
    names = [f"Job/j{number}" for number in range(30)]
    operation = running(*(apply(name) for name in names))
    same = with_results(operation, [failed(name, "denied") for name in names])
    assert ended(moved(same)).endswith("reason: denied")
    different = with_results(operation, [failed(name, f"e{name[5:]}") for name in names])
    assert ended(moved(different)).endswith("reason: e0,e1,e2,e3,e4,e5,e6,e7,e8,e9 and 20 more")


def test_what_a_failed_definition_defines_is_not_waited_for() -> None:
    operation = running(apply(crd("widgets.x.io")), apply("Widget.x.io/w"), apply("Gadget.y.io/g"))
    begun = with_results(operation, [failed(crd("widgets.x.io"), "invalid")])
    assert "apply g" in steps(moved(begun))
    assert ended(moved(with_results(begun, [result("Gadget.y.io/g")]))).endswith("reason: invalid")


def test_a_failed_prune_fails_the_sync() -> None:
    operation = with_results(running(prune("Job/old")), [failed("Job/old", "forbidden")])
    assert ended(moved(operation)).endswith("reason: forbidden")


# Terminating


@pytest.mark.parametrize("operation", [TWO_WAVES, done(TWO_WAVES, "Job/a"), running()])
def test_an_operation_that_is_terminated_ends_with_the_next_step(operation: Operation) -> None:
    terminating = replace(operation, phase=Phase.TERMINATING)
    assert ended(moved(terminating, a="Progressing")) == "Failed: Operation terminated"


# Results


def test_a_later_result_replaces_an_earlier_one_in_its_place() -> None:
    operation = with_results(TWO_WAVES, [failed("Job/a"), result("Job/b")])
    again = with_results(operation, [result("Job/a")])
    assert [(found.key.name, found.status) for found in again.results] == [
        ("a", ResultStatus.SYNCED),
        ("b", ResultStatus.SYNCED),
    ]


def test_a_whole_sync_from_the_first_step_to_the_end() -> None:
    said = []
    operation, now = running(prune("Job/old", -1), apply("Job/a"), apply("Job/b", 1)), NOON
    states = iter(["Progressing", "Progressing", "Healthy"])
    found = health()
    while not operation.phase.completed:
        move = advance(operation, found, now)
        operation = move.operation
        for batch in move.steps:
            said.append(f"{batch[0].action} {batch[0].key.name}")
            statuses = [ResultStatus.PRUNED if "old" in said[-1] else ResultStatus.SYNCED]
            operation = with_results(operation, [result(f"Job/{batch[0].key.name}", statuses[0])])
        if move.wake_after:
            said.append(f"wait {move.wake_after.total_seconds():.0f}")
            now, found = now + move.wake_after, health(a=next(states))
    assert said == ["prune old", "apply a", "wait 1", "wait 2", "wait 2", "apply b"]
    assert operation.phase is Phase.SUCCEEDED
    assert operation.begun_at == NOON
    assert key("Job/a") in {each.key for each in operation.results}
