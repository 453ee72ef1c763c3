"""host.json and settings."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from host.configuration import HostConfig, QueueRules, read_config
from shared.errors import InvalidSpecError

ROOT = Path(__file__).parents[2]


def read(tmp_path: Path, document: object, **settings: str) -> HostConfig:
    path = tmp_path / "host.json"
    path.write_text(json.dumps(document))
    return read_config(path, settings)


def test_our_own_host_json_says_what_the_design_wants() -> None:
    config = read_config(ROOT / "host.json", {})
    assert config.route_prefix == ""
    assert (config.address, config.port, config.function_key) == ("127.0.0.1", 0, None)
    assert config.queues == QueueRules(
        batch_size=8,
        new_batch_threshold=4,
        visibility_timeout=timedelta(seconds=30),
        max_dequeue_count=5,
        function_timeout=timedelta(minutes=10),
    )


def test_what_host_json_leaves_out_is_as_on_the_platform(tmp_path: Path) -> None:
    config = read(tmp_path, {"version": "2.0"})
    assert config.route_prefix == "api"
    assert (config.queues.batch_size, config.queues.new_batch_threshold) == (16, 8)
    assert config.queues.visibility_timeout == timedelta(0)


def test_the_settings_are_read_and_the_key_is_hidden(tmp_path: Path) -> None:
    config = read(
        tmp_path, {}, TIDEGATE_PORT="7071", TIDEGATE_ADDRESS="127.0.0.2", TIDEGATE_FUNCTION_KEY="hunter2"
    )
    assert (config.port, config.address) == (7071, "127.0.0.2")
    assert config.function_key is not None
    assert config.function_key.reveal() == "hunter2"
    assert "hunter2" not in repr(config)


def test_days_and_no_end_are_understood(tmp_path: Path) -> None:
    queues = {"visibilityTimeout": "1.02:03:04"}
    config = read(tmp_path, {"functionTimeout": "-1", "extensions": {"queues": queues}})
    assert config.queues.visibility_timeout == timedelta(days=1, hours=2, minutes=3, seconds=4)
    assert config.queues.function_timeout == timedelta.max


@pytest.mark.parametrize(
    ("queues", "problem"),
    [
        ({"batchSize": 0}, "batchSize is 0. Write 1 to 32"),
        ({"batchSize": 33}, "batchSize is 33"),
        ({"batchSize": True}, "batchSize is True"),
        ({"maxDequeueCount": "5"}, "maxDequeueCount is '5'"),
        ({"visibilityTimeout": "30s"}, "visibilityTimeout is '30s'. Write hh:mm:ss"),
        ({"visibilityTimeout": "00:61:00"}, "visibilityTimeout is '00:61:00'"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, queues: dict[str, object], problem: str) -> None:
    with pytest.raises(InvalidSpecError, match=rf"host\.json: extensions\.queues\.{problem}"):
        read(tmp_path, {"extensions": {"queues": queues}})


@pytest.mark.parametrize("port", ["-1", "65536", "http", "7071 "])
def test_a_wrong_port_is_named(tmp_path: Path, port: str) -> None:
    with pytest.raises(InvalidSpecError, match="TIDEGATE_PORT is"):
        read(tmp_path, {}, TIDEGATE_PORT=port)


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "host.json").write_text(text)
    with pytest.raises(InvalidSpecError, match=r"host\.json"):
        read_config(tmp_path / "host.json", {})
