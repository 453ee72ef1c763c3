"""`python -m tidegate.reference > docs/reference/cli.md`: every command with its help, as Markdown."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from tidegate.command_line import LazyGroup, persistent_options
from tidegate.main import cli

_INTRODUCTION = """\
# Command line

Written by `python -m tidegate.reference > docs/reference/cli.md`; a test compares it with the commands.
How to use them: [use the command line](../how-to/use-the-command-line.md).

## Every command

Booleans are written `--prune`, `--prune=true` or `--prune=false`. Tables and documents go to standard
output, everything else to standard error. With `-o json` an error is one JSON object there:
`{"error": "…", "exitStatus": 3}`.

| exit status | meaning |
|---|---|
| 0 | done, or it is so |
| 1 | failed or refused; `app diff`: there are differences |
| 2 | wrong usage, or not confirmed; `app diff`: any failure that has no number of its own |
| 3 | not found |
| 4 | not logged in |
| 5 | denied |
| 6 | somebody else was faster, or another operation runs |
| 7 | timed out |
| 20 | every failure, with `--argocd-compat` |

| variable | meaning |
|---|---|
| `TIDEGATE_SERVER` | Server to talk to; goes before the current context |
| `TIDEGATE_AUTH_TOKEN` | Token to show to it |
| `TIDEGATE_CONFIG` | File of contexts in place of `~/.config/tidegate/config.json` |
| `TIDEGATE_SANDBOX` | Control URL for `tidegate sandbox`; without it the one that `make demo` has noted |
| `ARGOCD_SERVER`, `ARGOCD_AUTH_TOKEN` | Count only where nobody has logged in and nothing above is set |
| `KUBECTL_EXTERNAL_DIFF` | Program that `app diff` calls with two folders |
| `NO_COLOR`, `FORCE_COLOR` | Colours never, or always |

These options stand before or after the name of any command:
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *_options(persistent_options(hidden=False)), *_group(cli, "tidegate")])


def _group(group: LazyGroup, words: str) -> Iterator[str]:
    for name, entry in group.table.items():
        command = group.get_command(click.Context(group), name)
        if isinstance(command, LazyGroup):
            yield from _group(command, f"{words} {name}")
        elif command is not None:
            yield from _command(command, f"{words} {name}", entry.help)


def _command(command: click.Command, words: str, line: str) -> Iterator[str]:
    context = click.Context(command, info_name=words)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"\n## {words}\n\n{line}\n\n```\n{words} {usage}\n```\n"
    for paragraph in (command.help or "").replace("\b\n", "").split("\n\n"):
        yield " ".join(paragraph.split()) + "\n"
    options = [each for each in command.params if isinstance(each, click.Option) and not each.hidden]
    yield from _options(options)


def _options(options: list[click.Option]) -> Iterator[str]:
    if not options:
        return
    yield "| option | meaning |\n|---|---|"
    for option in options:
        found = option.get_help_record(click.Context(cli))
        if found is not None:
            name, text = (part.replace("|", "\\|") for part in found)
            yield f"| `{name}` | {text} |"


if __name__ == "__main__":
    sys.stdout.write(page())
