"""Where the things are that people name: like git's insteadOf."""

from __future__ import annotations

from collections.abc import Mapping


def located(written: str, names: Mapping[str, str]) -> str:
    """Replace the longest beginning of a URL that is mapped; a URL that is not mapped stays.

    Source: git-config, url.<base>.insteadOf: the longest match wins.
    """
    fitting = [beginning for beginning in names if written.startswith(beginning)]
    if not fitting:
        return written
    longest = max(fitting, key=len)
    return names[longest] + written.removeprefix(longest)
