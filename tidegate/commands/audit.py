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
@click.option("--subject", default="", help="Only on subjects that begin so, such as argocd/shop.")
@click.option("--what", default="", help="Only acts that begin so, such as application. or application.sync.")
@click.option("--who", default="", help="Only of this account.")
@click.option("--since", default="", help="Only after this time, such as 2026-01-31T12:00:00Z.")
@output_option("wide", "json", "yaml")
@with_session
def audit(session: Session, limit: int | None, output: str, **filters: str) -> None:
    """List who changed what, oldest first; times are UTC.

    Exit status: 0 listed, 4 not logged in.
    """
    found = list(_entries(session.client, filters))
    show_list(
        session, found[-limit:] if limit else found, _COLUMNS, lambda item: str(item["subject"]), output
    )


def _entries(client: Client, filters: dict[str, str]) -> Iterator[Json]:
    token = ""
    while True:
        page = client.get(path_of("audit"), {**filters, "limit": _PAGE, "continue": token})
        yield from page.get("items") or []
        token = str(page.get("metadata", {}).get("continue") or "")
        if not token:
            return
