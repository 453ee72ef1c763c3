"""One request while it is answered."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.cluster.access.users import MASTER, User
from sandbox.cluster.request import Target
from sandbox.cluster.wire import Message


@dataclass(slots=True)
class Call:
    """`changed` is set by what answers it; `verb` is Kubernetes' word, `user` who asks."""

    message: Message
    query: dict[str, str]
    target: Target | None = None
    verb: str = "get"
    changed: bool = False
    user: User = MASTER

    def flag(self, name: str) -> bool:
        """`watch`, `watch=1`, `watch=true`."""
        return self.query.get(name, "false").lower() in ("", "1", "true")

    @property
    def accept(self) -> str:
        return self.message.headers.get("accept", "")

    @property
    def content_type(self) -> str:
        return self.message.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def manager(self) -> str:
        """fieldManager, else the beginning of the User-Agent."""
        agent = self.message.headers.get("user-agent", "").partition("/")[0]
        return self.query.get("fieldManager") or agent or "unknown"
