"""Results on stdout: plain tables, or JSON, YAML and names for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from tidegate.command_line import Decorator, session_of
from tidegate.session import Session

Item = dict[str, Any]
_GAP = "  "
_WIDTH = 10_000  # no line is folded: a difference of one word is one line
_COLOURS = {
    "green": ("Synced", "Healthy", "Succeeded", "Successful", "Running"),
    "yellow": ("OutOfSync", "Progressing", "Suspended", "Pending", "Terminating", "Warning", "Pruned"),
    "red": ("Degraded", "Missing", "Failed", "Error", "SyncFailed"),
}
_COLOUR_OF = {word: colour for colour, words in _COLOURS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Column:
    """`wide` columns are shown with `-o wide` only."""

    title: str
    value: Callable[[Item], object]
    wide: bool = False


def output_option(*formats: str) -> Decorator:
    """`-o`; the session keeps what was chosen, so that errors come in JSON with `-o json` as well."""

    def keep(ctx: click.Context, _: click.Parameter, value: str | None) -> str:
        session_of(ctx).choices.output = value or ""
        return value or ""

    return click.option(
        "-o",
        "--output",
        type=click.Choice(formats),
        callback=keep,
        metavar="|".join(formats),
        help="Form of the answer. Default: a table.",
    )


def show_list(
    session: Session, items: Sequence[Item], columns: Sequence[Column], name: Callable[[Item], str], form: str
) -> None:
    """Print items in the chosen form: "" and wide are tables, name is one name a line."""
    if form in ("json", "yaml"):
        show_document(items, form)
    elif form == "name":
        for item in items:
            click.echo(name(item))
    else:
        shown = [column for column in columns if form == "wide" or not column.wide]
        show_table(
            session, [c.title for c in shown], [[text(c.value(item)) for c in shown] for item in items]
        )


def show_document(value: object, form: str) -> None:
    """Print a value as JSON or YAML."""
    if form == "json":
        click.echo(json.dumps(value, indent=2, ensure_ascii=False))
        return
    click.echo(document_text(value), nl=False)


def document_text(value: object, *, sort: bool = False) -> str:
    """A value as YAML."""
    import yaml

    return str(yaml.safe_dump(value, sort_keys=sort, allow_unicode=True, width=_WIDTH))


def show_table(session: Session, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns as wide as their widest entry; nothing is cut off, and colours do not count as width."""
    lines = [list(titles), *([_one_line(entry) for entry in row] for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(titles))]
    coloured = session.colours()
    for number, line in enumerate(lines):
        padded = [
            _painted(entry, coloured and number > 0) + " " * (width - len(entry))
            for entry, width in zip(line, widths, strict=True)
        ]
        click.echo(_GAP.join(padded).rstrip(), color=coloured)


def show_fields(session: Session, fields: Iterable[tuple[str, object]]) -> None:
    """`Name:   value` lines; an empty value is left out."""
    pairs = [(name, text(value)) for name, value in fields if text(value)]
    width = max((len(name) for name, _ in pairs), default=0) + 1
    coloured = session.colours()
    for name, value in pairs:
        first, space, rest = value.partition(" ")
        click.echo(f"{name + ':':<{width}}  {_painted(first, coloured)}{space}{rest}", color=coloured)


def text(value: object) -> str:
    """A value in a cell: nothing for None, words for booleans, a comma between the entries of a list."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ",".join(text(entry) for entry in value)
    return str(value)


def _one_line(entry: str) -> str:
    """Control characters of a server's text would move a terminal's cursor."""
    return "".join(sign if sign.isprintable() else " " for sign in entry)


def _painted(entry: str, coloured: bool) -> str:
    colour = _COLOUR_OF.get(entry)
    return click.style(entry, fg=colour) if coloured and colour else entry
