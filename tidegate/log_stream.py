"""Lines of logs, also across connections that end: servers and proxies cut what is open for minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tidegate.client import Json
from tidegate.failures import UnreachableFailure
from tidegate.session import Session

_PAUSE_SECONDS, _PATIENCE_SECONDS = 1.0, 60.0
_SECOND = len("2026-01-01T12:00:00")


def log_entries(session: Session, path: str, query: Mapping[str, object], *, follow: bool) -> Iterator[Json]:
    """Yield the entries of a log; one that is followed goes on where it broke off, without repeating lines.

    It ends with the server's entry `last`. Raises the server's failure, and UnreachableFailure once the
    server was away for a minute.
    """
    recent, reached = _Recent(), session.clock.now()
    while True:
        broken: UnreachableFailure | None = None
        try:
            for entry in session.client.stream(path, recent.query(query)):
                reached = session.clock.now()
                if entry.get("last"):
                    return
                if recent.takes(entry):
                    yield entry
        except UnreachableFailure as failure:
            broken = failure
        _go_on(broken, follow=follow, away=session.clock.now() - reached)
        if not follow:
            return
        session.clock.sleep(_PAUSE_SECONDS)


def _go_on(broken: UnreachableFailure | None, *, follow: bool, away: float) -> None:
    """Raise what broke the connection where it is not worth another try; `away` in seconds."""
    if broken is not None and (not follow or away > _PATIENCE_SECONDS):
        raise broken


class _Recent:
    """The lines of the last second: a log can be taken up again at a second, not at a line."""

    def __init__(self) -> None:
        self.second = ""
        self._lines: set[tuple[str, str, str]] = set()

    def query(self, query: Mapping[str, object]) -> dict[str, object]:
        """The query of the first connection, or of one that goes on from the last second."""
        if not self.second:
            return dict(query)
        return {**query, "sinceTime": f"{self.second}Z", "tailLines": "", "sinceSeconds": ""}

    def takes(self, entry: Json) -> bool:
        """Remember an entry; return whether it is new."""
        moment = str(entry.get("timeStampStr") or "")
        line = (str(entry.get("podName")), moment, str(entry.get("content")))
        if line in self._lines:
            return False
        if moment[:_SECOND] > self.second:
            self.second = moment[:_SECOND]
            self._lines.clear()
        if moment[:_SECOND] == self.second:
            self._lines.add(line)
        return True
