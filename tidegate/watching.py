"""Look at an application until it is as wished, and tell each change on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tidegate.applications import AppName, health_status, operation_of, running, sync_status
from tidegate.client import Json
from tidegate.failures import Exit, Failure, UnreachableFailure
from tidegate.session import Session

_FIRST, _GROWTH, _LONGEST = 0.2, 1.4, 2.0
_PATIENCE_SECONDS = 15.0
_REFRESH_SECONDS = 20.0


def watch_until(
    session: Session,
    app: AppName,
    met: Callable[[Json], bool],
    wish: str,
    timeout: float,
    *,
    refresh: bool = False,
) -> Json:
    """Return the application once it is as wished; it is looked at first, so that no event can be missed.

    Args:
        refresh: have the server compare it with Git before the first look: what was just pushed or
            changed counts, and an old "Synced" does not.
        wish: what is waited for, for the message: "to be Synced and Healthy".
        timeout: seconds, 0 = without end.

    Raises Failure (7) when the time is up. A server that is away for a short while is waited for.
    """
    started = reached = session.clock.now()
    pause, told = _FIRST, "not known"
    seconds = int(min(timeout or _REFRESH_SECONDS, _REFRESH_SECONDS))
    query: dict[str, object] = {"refresh": "normal", "wait": seconds} if refresh else {}
    while True:
        try:
            application = app.read(session.client, **query)
        except UnreachableFailure:
            if session.clock.now() - reached > _PATIENCE_SECONDS:
                raise
        else:
            reached, query = session.clock.now(), {}
            told = _tell(session, app, application, told)
            if met(application):
                return application
        left = timeout - (session.clock.now() - started)
        if timeout and left <= 0:
            raise Failure(
                f"{app}: timed out after {timeout:g} s while waiting {wish}. It is {told}", Exit.TIMEOUT
            )
        session.clock.sleep(min(pause, left) if timeout else pause)
        pause = min(pause * _GROWTH, _LONGEST)


def finished(session: Session, app: AppName, timeout: float) -> Json:
    """Wait for the operation that was just asked for; return the application after it."""
    return watch_until(
        session, app, lambda application: not running(application), "for its operation", timeout
    )


def until_gone(session: Session, app: AppName, timeout: float) -> None:
    """Wait until there is no such application any more; `timeout` in seconds, 0 = without end."""
    try:
        watch_until(session, app, lambda _: False, "for its deletion", timeout)
    except Failure as failure:
        if failure.exit_code != Exit.NOT_FOUND:
            raise


def each_of(session: Session, names: Sequence[str], action: Callable[[str], None]) -> None:
    """Do something for every name; one that fails does not keep the others from it.

    Raises the failure if there was one; with several, each is told and the first one's status counts.
    """
    failures = []
    for name in names:
        try:
            action(name)
        except Failure as failure:
            failures.append(failure)
    for other in failures[1:]:
        session.progress(f"Error: {other.message}")
    if failures:
        raise failures[0]


def _tell(session: Session, app: AppName, application: Json, told: str) -> str:
    state = operation_of(application)
    words = [sync_status(application), health_status(application)]
    if "operation" in application:
        words.append("sync requested")
    elif running(application):
        words.append(" ".join(filter(None, ("sync", state.get("phase"), state.get("message")))))
    now = ", ".join(words)
    if now != told:
        session.progress(f"{app}: {now}")
    return now
