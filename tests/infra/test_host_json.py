"""host.json holds for both homes: Azure's host reads it, and ours."""

from __future__ import annotations

import json
from datetime import timedelta

from bench.lines import ROOT
from host.configuration import read_config

DOCUMENT = json.loads((ROOT / "host.json").read_text())


def test_paths_are_served_as_they_are_written() -> None:
    assert DOCUMENT["extensions"]["http"]["routePrefix"] == ""


def test_queues_are_looked_at_every_two_seconds_and_a_failed_message_waits_thirty() -> None:
    queues = DOCUMENT["extensions"]["queues"]
    assert queues["maxPollingInterval"] == "00:00:02"
    assert queues["visibilityTimeout"] == "00:00:30"
    assert queues["messageEncoding"] == "base64"


def test_a_hung_step_dies_after_ten_minutes() -> None:
    assert DOCUMENT["functionTimeout"] == "00:10:00"


def test_the_extensions_are_those_that_flex_consumption_takes() -> None:
    assert DOCUMENT["version"] == "2.0"
    assert DOCUMENT["extensionBundle"] == {
        "id": "Microsoft.Azure.Functions.ExtensionBundle",
        "version": "[4.*, 5.0.0)",
    }


def test_our_host_reads_the_same_rules_from_it() -> None:
    config = read_config(ROOT / "host.json", {})
    assert config.route_prefix == ""
    assert config.queues.visibility_timeout == timedelta(seconds=30)
    assert config.queues.function_timeout == timedelta(minutes=10)
    assert config.queues.max_dequeue_count == DOCUMENT["extensions"]["queues"]["maxDequeueCount"]
