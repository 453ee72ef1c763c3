"""The file of contexts: which servers somebody is logged in to, and with which token."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tidegate.failures import Failure


@dataclass(frozen=True, slots=True)
class Context:
    """One server by the name that somebody gave it. `url` has its scheme and no slash at its end."""

    name: str
    url: str
    username: str = ""
    token: str = ""
    insecure: bool = False


@dataclass(frozen=True, slots=True)
class Configuration:
    """All contexts in the order in which they were made; `current` is "" while there is none."""

    current: str = ""
    contexts: tuple[Context, ...] = ()

    def find(self, name: str) -> Context | None:
        return next((each for each in self.contexts if each.name == name), None)

    def with_context(self, context: Context) -> Configuration:
        """The configuration with a context added or replaced, and made the current one."""
        others = tuple(each for each in self.contexts if each.name != context.name)
        return Configuration(context.name, (*others, context))

    def without(self, name: str) -> Configuration:
        left = tuple(each for each in self.contexts if each.name != name)
        return Configuration("" if self.current == name else self.current, left)

    def logged_out(self, name: str) -> Configuration:
        """The context stays, its token goes."""
        changed = (replace(each, token="") if each.name == name else each for each in self.contexts)
        return replace(self, contexts=tuple(changed))


def load(path: Path) -> Configuration:
    """Read the file; no file is no contexts.

    Raises Failure when it is not ours, or when others may read it: it holds tokens. Source: argocd refuses
    its configuration file for the same reason.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            data = file.read()
    except FileNotFoundError:
        return Configuration()
    except OSError as error:
        raise Failure(f"Configuration {path}: {error.strerror}") from error
    if os.name == "posix" and mode & 0o077:
        raise Failure(f"Configuration {path}: others may read it ({mode:04o}). Run: chmod 600 {path}")
    try:
        document = json.loads(data)
        return Configuration(document["current"], tuple(_contexts(document["contexts"])))
    except (ValueError, KeyError, TypeError) as error:
        raise Failure(
            f"Configuration {path}: is not one of tidegate. Move it away and log in again"
        ) from error


def save(path: Path, configuration: Configuration) -> None:
    """Replace the file in one step; it is never readable by others, not for a moment."""
    import tempfile  # most commands never write

    document = {
        "current": configuration.current,
        "contexts": [asdict(each) for each in configuration.contexts],
    }
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=".config-")  # mode 0600
        try:
            with os.fdopen(number, "w") as file:
                json.dump(document, file, indent=2)
                file.write("\n")
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise Failure(f"Configuration {path}: {error.strerror}") from error


def _contexts(entries: Iterable[dict[str, Any]]) -> Iterable[Context]:
    for entry in entries:
        yield Context(
            str(entry["name"]),
            str(entry["url"]),
            str(entry.get("username", "")),
            str(entry.get("token", "")),
            entry.get("insecure") is True,
        )
