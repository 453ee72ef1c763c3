"""Passwords that shall not stand on the command line, where every user of the machine can read them."""

from __future__ import annotations

import sys

_FROM_STDIN = "-"


def given_secret(text: str) -> str:
    """The secret itself, or the first line of standard input for `-`."""
    return sys.stdin.readline().rstrip("\r\n") if text == _FROM_STDIN else text
