"""Which forms of calls a cluster was asked for: the emulator is believed for those that a contract tries.

Where SANDBOX_RECORDINGS names a folder, each cluster leaves its recording there when it closes.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from sandbox.cluster.kinds import BUILT_IN
from sandbox.cluster.request_log import Request

FOLDER = "SANDBOX_RECORDINGS"
_BUILT_IN = {kind.resource for kind in BUILT_IN}
_CUSTOM, _UNREAD = "custom", (0, 503)


@dataclass(frozen=True, slots=True, order=True)
class Form:
    """One form of call. `what` is the resource (`custom` for every custom kind), or a path outside of them.

    `options` are the names of the query's options, in order and joined by commas.
    """

    agent: str
    verb: str
    what: str
    content_type: str
    options: str

    def __str__(self) -> str:
        sent = f" as {self.content_type}" if self.content_type else ""
        return f"{self.verb} {self.what}{sent}" + (f" with {self.options}" if self.options else "")


def forms_of(requests: Iterable[Request]) -> frozenset[Form]:
    """The forms of the requests, whatever the answer was.

    Those to a cluster that is away were not read; a kind that is not served has no forms.
    """
    read = (request for request in requests if request.status not in _UNREAD)
    return frozenset(_form(request) for request in read if request.resource or request.verb == "get")


def leave(requests: Iterable[Request], environment: Mapping[str, str]) -> None:
    """Write the recording of a cluster that closes, where somebody asked for it."""
    folder = environment.get(FOLDER)
    if folder:
        found = [asdict(form) for form in sorted(forms_of(requests))]
        (Path(folder) / f"{uuid.uuid4().hex}.json").write_text(json.dumps(found))


def left_in(folder: Path) -> frozenset[Form]:
    """What the clusters of other processes have recorded."""
    files = [json.loads(path.read_text()) for path in folder.glob("*.json")]
    return frozenset(Form(**fields) for found in files for fields in found)


def _form(request: Request) -> Form:
    agent = request.agent.partition("/")[0]
    names = sorted({name for name, _ in parse_qsl(request.query, keep_blank_values=True)})
    what = _resource(request.resource) if request.resource else _place(request.path)
    return Form(agent, request.verb, what, request.content_type, ",".join(names))


def _resource(resource: str) -> str:
    name, slash, subresource = resource.partition("/")
    return f"{name if name in _BUILT_IN else _CUSTOM}{slash}{subresource}"


def _place(path: str) -> str:
    """`/apis/apps/v1` → `/apis/GROUP/VERSION`."""
    parts = path.strip("/").split("/")
    names = {"apis": ("GROUP", "VERSION"), "api": ("VERSION",)}.get(parts[0], ())
    return "/" + "/".join([parts[0], *names[: len(parts) - 1]]) if names else path
