"""`tidegate audit`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from tidegate.client import Client, Json, path_of
from tidegate.command_line import Command, with_session
from tidegate.output import Column, output_option, show_list
from tidegate.session import Session

_PAGE = 500
_COLUMNS = (
    Column("TIME", lambda item: item["at"][:19].replace("T", " ")),
    Column("WHO", lambda item: item["who"]),
    Column("WHAT", lambda item: item["what"]),
    Column("SUBJECT", lambda item: item["subject"]),
    Column("DETAIL", lambda item: item["detail"]),
    Column("TRACE", lambda item: item["trace"], wide=True),
)


@click.command("audit", cls=Command)
@click.option("--limit", type=click.IntRange(min=1), help="Show the newest N entries only. Default: all.")
@click.option("--subject", default="", help="Only entries on this subject, such as argocd/shop.")
@output_option("wide", "json", "yaml")
@with_session
def audit(session: Session, limit: int | None, subject: str, output: str) -> None:
    """List who changed what, oldest first; times are UTC.

    Exit status: 0 listed, 4 not logged in.
    """
    found = [entry for entry in _entries(session.client) if subject in ("", entry["subject"])]
    show_list(
        session, found[-limit:] if limit else found, _COLUMNS, lambda item: str(item["subject"]), output
    )


def _entries(client: Client) -> Iterator[Json]:
    token = ""
    while True:
        page = client.get(path_of("audit"), {"limit": _PAGE, "continue": token})
        yield from page.get("items") or []
        token = str(page.get("metadata", {}).get("continue") or "")
        if not token:
            return
