"""How commands look: loaded when they are called, with options that stand anywhere and Go's flags."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import click

from tidegate.failures import ARGOCD_FAILURE, Failure
from tidegate.session import Session

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
_COLOURS = ("auto", "always", "never")


class Flag(click.Option):
    """A boolean as Go's flags are: `--prune`, `--prune=false`, and never a word of its own after it."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        return None if self.hidden else (", ".join(self.opts), self.help or "")


def flag(*names: str, help: str = "", default: bool | None = False) -> Decorator:
    """An option that is a `Flag`; with `default=None` a command sees whether it was given."""
    return click.option(*names, cls=Flag, type=click.BOOL, default=default, help=help)


def with_session(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the session as its first argument."""
    return click.pass_obj(function)


class Command(click.Command):
    """Takes the options of every command, and ends as `--argocd-compat` and `-o json` want it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *persistent_options(hidden=True)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _with_values(self.params, args))

    def invoke(self, ctx: click.Context) -> Any:
        choices = session_of(ctx).choices
        try:
            return super().invoke(ctx)
        except Failure as failure:
            failure.as_json = choices.output == "json"
            if choices.argocd_compat:
                failure.exit_code = ARGOCD_FAILURE
            raise


class Lazy(NamedTuple):
    """Where a command is (`module:name`), and the one line that a list of commands shows."""

    place: str
    help: str


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called: `--help` reads the table alone."""

    def __init__(self, *args: Any, table: Mapping[str, Lazy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = self.params or list(persistent_options(hidden=True))
        self.table = table

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _with_values(self.params, args, stop_at_word=True))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        module, _, name = entry.place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self.table.items()])


def session_of(ctx: click.Context) -> Session:
    """The session that main made; every command has one."""
    found = ctx.find_object(Session)
    if found is None:
        raise LookupError("a command was called without a session: pass obj=Session(…)")
    return found


def persistent_options(*, hidden: bool) -> list[click.Option]:
    """The options that may stand before or after the name of any command."""
    return [
        _noted(
            "server",
            "--server",
            "Server to talk to. Default: TIDEGATE_SERVER, then the current context.",
            hidden,
        ),
        _noted(
            "token",
            "--auth-token",
            "Token to show. Default: TIDEGATE_AUTH_TOKEN, then the context's.",
            hidden,
        ),
        _noted("context", "--context", "Name of the context to use. Default: the current one.", hidden),
        _noted("context", "--argocd-context", "The same, as argocd calls it.", True),
        _noted("config", "--config", "File of contexts. Default: ~/.config/tidegate/config.json.", hidden),
        _noted_flag("insecure", "--insecure", "Do not check the server's certificate.", hidden),
        _noted_flag("plaintext", "--plaintext", "Talk to the server without TLS.", hidden),
        _noted(
            "colour", "--color", "When to colour: auto, always or never. Default: auto.", hidden, _COLOURS
        ),
        _noted_flag(
            "argocd_compat", "--argocd-compat", "Exit with 20 for every failure, as argocd does.", hidden
        ),
        _noted_flag("", "--grpc-web", "Without effect: tidegate always speaks REST.", True),
    ]


def _noted(name: str, option: str, text: str, hidden: bool, choice: Sequence[str] = ()) -> click.Option:
    return click.Option(
        [_unique(option), option],
        type=click.Choice(choice) if choice else click.STRING,
        help=text,
        hidden=hidden,
        expose_value=False,
        callback=_note(name),
    )


def _noted_flag(name: str, option: str, text: str, hidden: bool) -> click.Option:
    return Flag(
        [_unique(option), option],
        type=click.BOOL,
        help=text,
        hidden=hidden,
        expose_value=False,
        callback=_note(name),
    )


def _unique(option: str) -> str:
    """A name that no argument of a command has: several are called SERVER or CONTEXT."""
    return f"everywhere_{option.strip('-').replace('-', '_')}"


def _note(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """What was given is written into the session; what was not leaves it as it is."""

    def callback(ctx: click.Context, _: click.Parameter, value: Any) -> None:
        if value is not None and name:
            setattr(session_of(ctx).choices, name, value)

    return callback


def _with_values(
    params: Sequence[click.Parameter], args: Sequence[str], *, stop_at_word: bool = False
) -> list[str]:
    """Write `--flag` and `-f` of a Flag as `--flag=true`, so that it never takes the word after it.

    `stop_at_word` leaves alone what follows the name of a command.
    """
    flags = {name: param.opts[0] for param in params if isinstance(param, Flag) for name in param.opts}
    takes_word = {
        name
        for param in params
        if isinstance(param, click.Option) and not isinstance(param, Flag)
        for name in param.opts
    }
    written: list[str] = []
    for index, word in enumerate(args):
        if word == "--" or (
            stop_at_word and not word.startswith("-") and _before(args, index) not in takes_word
        ):
            return [*written, *args[index:]]
        is_flag = word in flags and _before(args, index) not in takes_word
        written.append(f"{_long(params, word)}=true" if is_flag else word)
    return written


def _before(args: Sequence[str], index: int) -> str:
    return args[index - 1] if index else ""


def _long(params: Sequence[click.Parameter], word: str) -> str:
    for param in params:
        if isinstance(param, Flag) and word in param.opts:
            return next(name for name in param.opts if name.startswith("--"))
    return word
