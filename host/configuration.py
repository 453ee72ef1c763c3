"""host.json and settings → HostConfig: the platform's own rules, so that one file speaks for both homes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from shared.adapters.memory.counters import MemoryCounters
from shared.domain.access.secret_text import SecretText
from shared.errors import InvalidSpecError
from shared.ports.counters import Counters

_TIME_SPAN = re.compile(r"(?:(\d+)\.)?(\d{1,2}):([0-5]\d):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QueueRules:
    """How queue functions take and retry messages.

    A function runs at most `batch_size + new_batch_threshold` messages at once. `claim_seconds` is how long
    a message stays hidden without a sign of life; it is renewed until `function_timeout` has passed.

    Source: host.json reference for Storage queues; defaults of extensions.queues.
    """

    batch_size: int = 16
    new_batch_threshold: int = 8
    visibility_timeout: timedelta = timedelta(0)
    max_dequeue_count: int = 5
    claim_seconds: float = 60.0
    function_timeout: timedelta = timedelta(minutes=30)

    @property
    def workers(self) -> int:
        return self.batch_size + self.new_batch_threshold


@dataclass(frozen=True, slots=True)
class HostConfig:
    """Everything that the host is told. `port` 0 takes a free one; `settings` answers `%NAME%` in bindings.

    Functions with auth level FUNCTION or ADMIN want `function_key`; without one they answer 401. `counters`
    are told of requests and messages.
    """

    address: str = "127.0.0.1"
    port: int = 0
    route_prefix: str = ""
    queues: QueueRules = QueueRules()
    function_key: SecretText | None = None
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    counters: Counters = field(default_factory=MemoryCounters, repr=False, compare=False)


def read_config(host_json: Path, settings: Mapping[str, str]) -> HostConfig:
    """Read host.json and the settings TIDEGATE_PORT, TIDEGATE_ADDRESS and TIDEGATE_FUNCTION_KEY.

    Raises InvalidSpecError that names the key.
    """
    try:
        parsed = json.loads(host_json.read_bytes())
    except (OSError, ValueError) as error:
        raise InvalidSpecError(str(host_json), "file", f"cannot be read: {error}") from error
    document = _mapping({"document": parsed}, "document")
    extensions = _mapping(document, "extensions")
    key = settings.get("TIDEGATE_FUNCTION_KEY", "")
    return HostConfig(
        address=settings.get("TIDEGATE_ADDRESS") or "127.0.0.1",
        port=_port(settings.get("TIDEGATE_PORT") or "0"),
        # Source: the platform's default prefix is "api"
        route_prefix=str(_mapping(extensions, "http").get("routePrefix", "api")),
        queues=_queue_rules(_mapping(extensions, "queues"), document.get("functionTimeout", "00:30:00")),
        function_key=SecretText(key) if key else None,
        settings=settings,
    )


def _queue_rules(queues: Mapping[str, Any], function_timeout: object) -> QueueRules:
    batch_size = _number(queues, "batchSize", 16, range(1, 33))
    return QueueRules(
        batch_size=batch_size,
        new_batch_threshold=_number(queues, "newBatchThreshold", batch_size // 2, range(1001)),
        visibility_timeout=_time_span(
            "extensions.queues.visibilityTimeout", queues.get("visibilityTimeout", "00:00:00")
        ),
        max_dequeue_count=_number(queues, "maxDequeueCount", 5, range(1, 1001)),
        function_timeout=_function_timeout(function_timeout),
    )


def _function_timeout(value: object) -> timedelta:
    return timedelta.max if value == "-1" else _time_span("functionTimeout", value)


def _time_span(name: str, value: object) -> timedelta:
    """Read `[days.]hh:mm:ss`."""
    match = _TIME_SPAN.fullmatch(str(value))
    if match is None:
        raise InvalidSpecError("host.json", name, f"is {value!r}", "Write hh:mm:ss")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _number(section: Mapping[str, Any], name: str, default: int, allowed: range) -> int:
    value = section.get(name, default)
    if type(value) is not int or value not in allowed:
        raise InvalidSpecError(
            "host.json", f"extensions.queues.{name}", f"is {value!r}", f"Write {allowed[0]} to {allowed[-1]}"
        )
    return value


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:  # noqa: PLR2004 the highest port
        raise InvalidSpecError(
            "settings", "TIDEGATE_PORT", f"is {text!r}", "Write a number up to 65535; 0 is a free port"
        )
    return int(text)


def _mapping(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = document.get(name, {})
    if not isinstance(value, dict):
        raise InvalidSpecError("host.json", name, "is not an object")
    return value
