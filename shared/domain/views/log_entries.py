"""Lines of logs as clients read them: which are shown, and their JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_SECONDS = len("2026-01-01T12:00:00")


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which lines are shown. `text` that begins with `!` leaves out what contains the rest of it.

    `until` is RFC 3339 in UTC, "" for no end. Source: Argo CD server/application (PodLogs).
    """

    text: str = ""
    match_case: bool = False
    until: str = ""

    def shows(self, at: str, line: str) -> bool:
        """Whether a line of that moment is shown; one without a time is, whatever `until` says."""
        if self.until and at and at[:_SECONDS] > self.until[:_SECONDS]:
            return False
        inverse, wanted = self.text.startswith("!"), self.text.removeprefix("!")
        if not self.match_case:
            wanted, line = wanted.casefold(), line.casefold()
        return not wanted or (wanted in line) is not inverse


def log_entry(pod: str, at: str, content: str) -> dict[str, Any]:
    """{content, timeStamp, timeStampStr, podName, last}; `timeStamp` has whole seconds."""
    return {
        "content": content,
        "timeStamp": f"{at[:_SECONDS]}Z" if at else None,
        "timeStampStr": at,
        "podName": pod,
        "last": False,
    }


def last_entry(pod: str, now: datetime) -> dict[str, Any]:
    """What says that a log is through, so that nobody takes a broken connection for its end."""
    return {**log_entry(pod, f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}", ""), "last": True}
