"""Jobs and CronJobs."""

from __future__ import annotations

from typing import Any

from shared.domain.health.batch_rules import cron_job, job
from tests.domain.health.live_objects import conditions, live, said


def of_job(*rows: tuple[str, str, str, str]) -> str:
    return said(job(live("batch/v1", "Job", status=conditions(*rows))))


def of_cron_job(status: dict[str, Any] | None, **spec: Any) -> str:
    return said(cron_job(live("batch/v1", "CronJob", spec=spec, status=status)))


def test_a_job_is_progressing_until_a_condition_ends_it() -> None:
    assert of_job() == "Progressing"
    assert of_job(("SuccessCriteriaMet", "True", "", "soon")) == "Progressing"
    assert of_job(("Complete", "True", "", "done")) == "Healthy: done"


def test_a_failed_job_is_degraded_in_its_own_words() -> None:
    assert (
        of_job(("Suspended", "True", "", "waits"), ("Failed", "True", "", "too often"))
        == "Degraded: too often"
    )


def test_a_suspended_job_is_suspended_and_a_resumed_one_healthy() -> None:
    assert of_job(("Suspended", "True", "", "Job suspended")) == "Suspended: Job suspended"
    assert of_job(("Suspended", "False", "", "Job resumed")) == "Healthy: Job resumed"


def test_a_cron_job_is_healthy_unless_its_last_run_is_known_to_have_failed() -> None:
    early, late = "2026-11-22T10:00:00Z", "2026-11-22T11:00:00Z"
    assert of_cron_job(None) == "Progressing: Waiting for CronJob"
    assert of_cron_job(None, suspend=True) == "Healthy: CronJob is Suspended"
    assert of_cron_job({}) == "Healthy: CronJob has not been scheduled yet"
    assert of_cron_job({"lastScheduleTime": early}).startswith("Healthy: The CronJob never completed")
    failed = {"lastScheduleTime": late, "lastSuccessfulTime": early}
    assert of_cron_job(failed).startswith("Degraded: CronJob has not completed its last execution")
    assert of_cron_job({**failed, "active": [{"name": "x"}]}).startswith("Healthy: The job is running")
    worked = {"lastScheduleTime": early, "lastSuccessfulTime": late}
    assert of_cron_job(worked) == "Healthy: CronJob has completed its last execution successfully"
