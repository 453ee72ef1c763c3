"""The URL of a Git repository, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Self

_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:(?P<user>[^/]*)@)?"
    r"(?P<host>\[[^\]]*\]|[^/:@]*)(?::(?P<port>\d*))?(?P<path>/.*)?",
    re.IGNORECASE | re.DOTALL,
)
_SCP = re.compile(r"(?:(?P<user>[^/@:]+)@)?(?P<host>\[[^\]]*\]|[^/:@]{2,}):(?P<path>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RepoUrl:
    """`scheme://userinfo@host:port/path`, or the scp form `user@host:path` (scheme "ssh", `scp` true).

    `scheme` is lower-case, "" for a plain path or anything else that is no URL (then all is in `path`).
    The userinfo of an ssh URL is kept as it is no secret there; `userinfo` may hold one in the others.
    """

    scheme: str
    userinfo: str
    host: str
    port: str
    path: str
    scp: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read any text; nothing is refused here."""
        text = text.strip()
        if match := _URL.fullmatch(text):
            scheme, user, host, port, path = match.group("scheme", "user", "host", "port", "path")
            return cls(scheme.lower(), user or "", host, port or "", path or "")
        if match := _SCP.fullmatch(text):
            user, host, path = match.group("user", "host", "path")
            return cls("ssh", user or "", host, "", path, scp=True)
        return cls("", "", "", "", text)

    def __str__(self) -> str:
        if not self.scheme:
            return self.path
        user = f"{self.userinfo}@" if self.userinfo else ""
        if self.scp:
            return f"{user}{self.host}:{self.path}"
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{user}{self.host}{port}{self.path}"


def without_userinfo(url: str) -> str:
    """Return the URL as it may be shown: no user, password or token in it; `git@host:path` stays."""
    parsed = RepoUrl.parse(url)
    return str(
        parsed if parsed.scheme == "ssh" and ":" not in parsed.userinfo else replace(parsed, userinfo="")
    )
