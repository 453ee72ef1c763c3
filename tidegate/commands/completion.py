"""`tidegate completion`."""

from __future__ import annotations

import click

from tidegate.command_line import Command


@click.command("completion", cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of SHELL. For bash: source <(tidegate completion bash).

    Exit status: 0 printed, 2 another shell.
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise LookupError(f"click has no completion for {shell}")
    click.echo(found(ctx.find_root().command, {}, "tidegate", "_TIDEGATE_COMPLETE").source())
