"""What became of a change at one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from shared.domain.operate.operation import Initiator, Operation, Phase
from shared.domain.record.application_status import ApplicationStatus
from shared.domain.record.stage_clock import StageClock
from shared.domain.record.traced_step import (
    TracedStep,
    application_subject,
    own_operation,
    secret_subject,
    step_of,
)
from shared.domain.specs.app_ref import AppRef

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SHOP = AppRef("argocd", "shop")
OPERATION = Operation("1", ("c" * 40,), (), NOW, Initiator(), Phase.FAILED, "no" * 500, trace="a" * 32)
STATUS = ApplicationStatus(
    clock=StageClock("a" * 32, received=NOW), operation=OPERATION, revisions=("c" * 40,)
)


def test_a_step_has_the_end_of_its_operation_bounded() -> None:
    step = step_of(SHOP, STATUS)
    assert (step.subject, step.phase, len(step.message)) == ("application/argocd/shop", "Failed", 500)
    assert (step.names, step.of_secret) == (("argocd", "shop"), False)


def test_an_operation_that_heals_later_is_no_part_of_the_change() -> None:
    healed = replace(STATUS, operation=replace(OPERATION, trace="b" * 32))
    assert own_operation(healed) is None
    assert (step_of(SHOP, healed).phase, step_of(SHOP, healed).trace) == ("", "a" * 32)


def test_an_external_secret_is_named_with_its_cluster() -> None:
    step = TracedStep("a" * 32, secret_subject("uid/shop/keys"))
    assert (step.names, step.of_secret) == (("uid", "shop", "keys"), True)
    assert application_subject(SHOP) != secret_subject(str(SHOP))
