"""How a command ends when it does not end well: one sentence on stderr and an exit status."""

from __future__ import annotations

import json
from enum import IntEnum
from http import HTTPStatus
from typing import IO, Any

import click


class Exit(IntEnum):
    """Exit statuses of every command; `app diff` has its own meaning of 1 and says so."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    UNAUTHENTICATED = 4
    DENIED = 5
    CONFLICT = 6
    TIMEOUT = 7


ARGOCD_FAILURE = 20
"""What argocd exits with for every error; see `--argocd-compat`."""


class Failure(click.ClickException):
    """Raised by commands; click prints it and exits with its status. `as_json` is set with `-o json`."""

    exit_code: int  # type: ignore[misc]  # click declares it for the class; here each failure has its own

    def __init__(self, message: str, status: Exit = Exit.FAILED) -> None:
        super().__init__(message)
        self.exit_code = int(status)
        self.as_json = False

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence, or one JSON object, on stderr."""
        text = json.dumps({"error": self.message, "exitStatus": self.exit_code}, ensure_ascii=False)
        click.echo(text if self.as_json else f"Error: {self.message}", file=file, err=True)


class UnreachableFailure(Failure):
    """The server did not answer: what waits for something may ask again."""


def failure_of(status: int, code: object, message: str) -> Failure:
    """The failure that an HTTP answer stands for.

    Args:
        status: HTTP status, 400 or above.
        code: the gRPC code of the body (Argo CD says 9 and 10 for conflicts, with HTTP 400 too).
        message: the server's sentence.
    """
    if status == HTTPStatus.NOT_FOUND and "there is no such path" in message:
        return Failure(f"This server cannot do that yet ({message})")
    if status == HTTPStatus.BAD_REQUEST and (code in (9, 10) or "already in progress" in message):
        return Failure(message, Exit.CONFLICT)
    kind = UnreachableFailure if status in (502, 503, 504) else Failure
    return kind(message, _EXITS.get(status, Exit.FAILED))


_EXITS = {
    401: Exit.UNAUTHENTICATED,
    403: Exit.DENIED,
    404: Exit.NOT_FOUND,
    409: Exit.CONFLICT,
    504: Exit.TIMEOUT,
}
