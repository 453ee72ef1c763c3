"""When and how an Application syncs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.domain.specs.fields import Fields
from shared.domain.specs.sync_options import SyncOptions
from shared.domain.specs.sync_policy import Automated, NamespaceMetadata, RetryPolicy, SyncPolicy
from shared.errors import InvalidSpecError


def parsed(**data: Any) -> SyncPolicy:
    return SyncPolicy.parse(Fields("Application argocd/shop", "spec.syncPolicy", data))


def retry(**data: Any) -> RetryPolicy:
    policy = parsed(retry=data).retry
    assert policy is not None
    return policy


def test_nothing_said_is_nothing_automatic() -> None:
    assert parsed() == SyncPolicy(None, SyncOptions(), None, None)


@pytest.mark.parametrize(
    ("automated", "policy"),
    [
        ({}, Automated()),
        ({"enabled": True}, Automated()),
        ({"enabled": None, "prune": True}, Automated(prune=True)),
        ({"enabled": False, "prune": True}, None),
        ({"prune": True, "selfHeal": True, "allowEmpty": True}, Automated(True, True, True)),
        (None, None),
    ],
)
def test_automated_is_on_when_present_and_not_disabled(automated: Any, policy: Automated | None) -> None:
    assert parsed(automated=automated).automated == policy


def test_a_disabled_policy_is_checked_all_the_same() -> None:
    with pytest.raises(InvalidSpecError, match=r"spec.syncPolicy.automated.prune must be true or false"):
        parsed(automated={"enabled": False, "prune": "no"})


def test_a_retry_without_details_has_the_waits_of_argo_cd_and_no_tries() -> None:
    assert retry() == RetryPolicy(0, timedelta(seconds=5), 2, timedelta(minutes=3), refresh=False)


def test_every_part_of_a_retry_can_be_set() -> None:
    backoff = {"duration": "10s", "factor": 3, "maxDuration": "1h30m"}
    assert retry(limit=-1, backoff=backoff, refresh=True) == RetryPolicy(
        -1, timedelta(seconds=10), 3, timedelta(minutes=90), refresh=True
    )


@pytest.mark.parametrize("seconds", ["7", 7, "7s", "7000ms"])
def test_a_bare_number_is_seconds(seconds: object) -> None:
    assert retry(backoff={"duration": seconds}).duration == timedelta(seconds=7)


@pytest.mark.parametrize(
    ("backoff", "sentence"),
    [
        ({"duration": "soon"}, "duration says 'soon', which is no duration. Write 5s, 3m or 1h30m"),
        ({"maxDuration": "-1m"}, "maxDuration is negative: '-1m'. Write 5s, 3m or 1h30m"),
        ({"duration": True}, "duration must be a text, not true or false. Put it in quotes"),
        ({"factor": "2"}, "factor must be a whole number, not a text"),
        ({"factor": -1}, "factor is negative. Write 1 for equal waits, 2 to double them"),
    ],
)
def test_a_wait_that_is_none_is_refused(backoff: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidSpecError) as caught:
        parsed(retry={"backoff": backoff})
    assert str(caught.value) == f"Application argocd/shop: spec.syncPolicy.retry.backoff.{sentence}"


def test_the_metadata_of_a_created_namespace_is_kept() -> None:
    policy = parsed(managedNamespaceMetadata={"labels": {"team": "web"}})
    assert policy.managed_namespace_metadata == NamespaceMetadata({"team": "web"}, {})
