"""Messages that the server's queues gave up: found, chosen, shown."""

from __future__ import annotations

from collections.abc import Sequence

from tidegate.client import Client, Json, path_of
from tidegate.failures import Exit, Failure
from tidegate.output import Column

_PAGE = 200
_SHOWN = 60


def reason_of(message: Json) -> str:
    """Why it failed last: the class of the error, and what it says where it may be told."""
    reason = message.get("reason") or {}
    return ": ".join(part for part in (reason.get("error"), reason.get("message")) if part)


COLUMNS = (
    Column("ID", lambda message: message["id"]),
    Column("QUEUE", lambda message: message["queue"]),
    Column("LAST", lambda message: message["lastAt"][:19].replace("T", " ")),
    Column("COUNT", lambda message: message["count"]),
    Column("SUBJECT", lambda message: message.get("subject") or message.get("kind")),
    Column("REASON", reason_of),
    Column("TRACE", lambda message: message.get("trace"), wide=True),
    Column("WHERE", lambda message: (message.get("reason") or {}).get("where"), wide=True),
    Column("TEXT", lambda message: message["text"][:_SHOWN], wide=True),
)


def given_up(client: Client, queue: str = "", subject: str = "") -> list[Json]:
    """All that fit, those that failed last at the end."""
    found: list[Json] = []
    token = ""
    while True:
        query = {"queue": queue, "subject": subject, "limit": _PAGE, "continue": token}
        page = client.get(path_of("messages"), query)
        found += page.get("items") or []
        token = str(page.get("metadata", {}).get("continue") or "")
        if not token:
            return sorted(found, key=lambda message: str(message["lastAt"]))


def chosen(client: Client, ids: Sequence[str], queue: str, *, every: bool) -> list[str]:
    """The ids given, or with `every` all ids of the queue ("" is every queue).

    Raises Failure (2) for both or neither.
    """
    if bool(ids) == every:
        raise Failure("Name messages, or take --all", Exit.USAGE)
    if ids and queue:
        raise Failure("--queue goes with --all", Exit.USAGE)
    return [str(message["id"]) for message in given_up(client, queue)] if every else list(dict.fromkeys(ids))
