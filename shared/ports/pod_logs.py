"""Port: what the containers of a cluster print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Which part of a log; None is all. `container` "" is the only one there is. `since_time` is RFC 3339."""

    container: str = ""
    previous: bool = False
    tail_lines: int | None = None
    since_seconds: int | None = None
    since_time: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """`at` is the node's time as it wrote it, RFC 3339 with up to nine decimals; "" where it wrote none."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class FollowedLog:
    """A log that goes on. `close` ends `lines` from any thread, also while another waits for the next one.

    Whoever closes it reads `lines` to their end.
    """

    lines: Iterator[LogLine]
    close: Callable[[], None]


class PodLogs(Protocol):
    """Adapter: kubernetes (REST). One instance is one cluster; safe to share between threads.

    tests/contracts/test_pod_logs.py is the definition. Errors as in cluster_objects: NotFoundError (no such
    pod), InvalidRequestError (no such container, none chosen of many, not started, no previous one).
    """

    def read(self, namespace: str, pod: str, query: LogQuery = LogQuery()) -> Iterator[LogLine]:
        """Yield the lines there are now. The server is asked when the first one is."""
        ...

    def follow(self, namespace: str, pod: str, query: LogQuery = LogQuery()) -> FollowedLog:
        """Open the log; lines that are printed later come, too, until the container ends.

        Raises UnavailableError, here or from `lines`, when nothing was printed for five minutes.
        """
        ...
