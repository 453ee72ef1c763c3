"""What Prometheus reads."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from shared.errors import NotFoundError
from tests.services.worlds import Engine, application, engine, synced_engine


def metrics(world: Engine) -> dict[str, str]:
    """Value by name and labels, of a text that has the form of the format."""
    world.counters.open()
    text = world.show_metrics()
    assert text.endswith("\n")
    values = {}
    typed: set[str] = set()
    for line in text.splitlines():
        if line.startswith("#"):
            assert re.fullmatch(r"# (HELP \w+ .+|TYPE \w+ (counter|gauge|histogram))", line)
            if line.startswith("# TYPE"):
                assert line.split()[2] not in typed
                typed.add(line.split()[2])
            continue
        found = re.fullmatch(r'(\w+(?:\{(?:\w+="(?:[^"\\]|\\.)*",?)*\})?) (\S+)', line)
        assert found, line
        values[found[1]] = found[2]
    return values


def test_an_application_is_told_in_argo_cds_labels() -> None:
    found = metrics(synced_engine())
    (info,) = [key for key in found if key.startswith("argocd_app_info")]
    assert info == (
        'argocd_app_info{namespace="argocd",name="shop",project="default",autosync_enabled="true",'
        'repo="https://github.com/my-org/shop",dest_server="https://kubernetes.default.svc",'
        'dest_namespace="shop",sync_status="Synced",health_status="Healthy",operation=""}'
    )
    assert found[info] == "1"


def test_no_password_of_a_url_is_told() -> None:
    world = engine()
    source = {"repoURL": "https://me:canary@github.com/my-org/shop.git", "path": "shop"}
    world.add(application(source=source))
    assert not [key for key in metrics(world) if "canary" in key]


def test_syncs_stages_and_turns_are_counted() -> None:
    found = metrics(synced_engine())
    app = 'dest_server="https://kubernetes.default.svc"'
    synced = (
        f'argocd_app_sync_total{{{app},dry_run="false",name="shop",namespace="argocd",phase="Succeeded",'
        'project="default"}'
    )
    assert found[synced] == "1"
    assert found['tidegate_stage_seconds_bucket{stage="healthy",le="+Inf"}'] == "1"
    assert found['tidegate_stage_seconds_count{stage="rendered"}'] == "1"
    assert f'argocd_app_reconcile_bucket{{{app},namespace="argocd",le="16"}}' in found


def test_what_waits_and_what_was_given_up_is_told_of_every_queue() -> None:
    world = engine()
    world.memory.queues("events").send("x")
    world.record_poison("events", "y")
    world.poll()
    world.clock.advance(timedelta(seconds=90))
    found = metrics(world)
    assert found['tidegate_queue_messages{queue="events"}'] == "1"
    assert found['tidegate_queue_waiting_seconds{queue="events"}'] == "90"
    assert found['tidegate_queue_waiting_seconds{queue="work"}'] == "0"
    assert found['tidegate_poison_messages{queue="events"}'] == "1"
    assert found['tidegate_poison_messages{queue="work"}'] == "0"
    assert found['tidegate_timer_age_seconds{timer="poll_timer"}'] == "90"


def test_conditions_are_counted_by_their_type() -> None:
    world = engine()
    world.add(application(project="other"))
    world.run_for(1)
    found = metrics(world)
    label = 'namespace="argocd",name="shop",project="other",condition="InvalidSpecError"'
    assert found[f"argocd_app_condition{{{label}}}"] == "1"


def test_where_nobody_serves_them_it_is_said_who_has_them() -> None:
    with pytest.raises(NotFoundError, match="Application Insights"):
        engine().show_metrics()
