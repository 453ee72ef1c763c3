"""A ref of a repository has moved."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Self

from shared.errors import InvalidRequestError

NO_COMMIT = "0" * 40
PATHS_PER_MESSAGE = 200
MESSAGE_BYTES = 40_000  # Azure Storage queues take 48 KiB before base64
_KIND = "git_push"
_TEXTS = ("repo_url", "ref", "before", "after", "default_branch", "delivery")


@dataclass(frozen=True, slots=True)
class GitPush:
    """What a host told us about one ref.

    `repo_url` is the clone URL as the host writes it, without userinfo; `ref` is full
    (`refs/heads/main`, `refs/tags/v1`); `before` and `after` are 40-digit ids, zeros where the ref was
    or is absent; `changed_paths` are all files that differ between them (or more), None when the host
    did not say; `delivery` is the host's id of the event; `trace` are the 32 hex digits in the trailer of the
    newest commit that has one, "" for a change that begins with this push.
    """

    repo_url: str
    ref: str
    before: str
    after: str
    default_branch: str
    changed_paths: tuple[str, ...] | None
    delivery: str
    trace: str = ""

    @property
    def created(self) -> bool:
        """The ref was not there before."""
        return self.before == NO_COMMIT

    @property
    def deleted(self) -> bool:
        """The ref is gone."""
        return self.after == NO_COMMIT

    def to_message(self) -> str:
        """Return JSON for the events queue; too many paths become "not known" to keep it small."""
        text = self._json(self.changed_paths)
        small = len(self.changed_paths or ()) <= PATHS_PER_MESSAGE and len(text) <= MESSAGE_BYTES
        return text if small else self._json(None)

    def _json(self, paths: tuple[str, ...] | None) -> str:
        fields = asdict(self) | {"changed_paths": paths}
        return json.dumps({"v": 1, "kind": _KIND, **fields}, separators=(",", ":"))

    @classmethod
    def from_message(cls, text: str) -> Self:
        """Read what `to_message` wrote. Raises InvalidRequestError for anything else."""
        try:
            fields = json.loads(text)
        except ValueError as error:
            raise InvalidRequestError("Event message: is no JSON") from error
        if not isinstance(fields, dict) or (fields.get("v"), fields.get("kind")) != (1, _KIND):
            raise InvalidRequestError(f"Event message: is no {_KIND} of version 1")
        wrong = [name for name in _TEXTS if not isinstance(fields.get(name), str)]
        paths = fields.get("changed_paths")
        if wrong or not (paths is None or isinstance(paths, list)):
            raise InvalidRequestError(
                f"Event message: {(wrong or ['changed_paths'])[0]} is missing or malformed"
            )
        return cls(
            **{name: fields[name] for name in _TEXTS},
            changed_paths=None if paths is None else tuple(str(path) for path in paths),
            trace=str(fields.get("trace") or ""),
        )
