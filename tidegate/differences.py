"""What differs between live and wished, object by object."""

from __future__ import annotations

import json
import shlex
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tidegate.client import Json
from tidegate.failures import Exit, Failure
from tidegate.output import document_text


@dataclass(frozen=True, slots=True)
class Difference:
    """One object; `live` or `wished` is "" where it is not there or shall go."""

    title: str
    live: str
    wished: str

    def lines(self) -> Iterable[str]:
        """A unified difference with three lines around each change."""
        import difflib

        live, wished = self.live.splitlines(), self.wished.splitlines()
        return difflib.unified_diff(live, wished, "live", "wished", lineterm="")

    @property
    def file_name(self) -> str:
        return "".join(sign if sign.isalnum() or sign in "-._" else "." for sign in self.title)


def differences(items: Sequence[Json]) -> list[Difference]:
    """The objects that a sync would change, of Argo CD's managed resources.

    Source: Argo CD's `app diff`: what the live object is predicted to be, against its normalised self; hooks
    are not compared, what is neither live nor wished is left out.
    """
    found = []
    for item in items:
        live = _object(item, "normalizedLiveState") or _object(item, "liveState")
        wished = _object(item, "targetState")
        if live is not None and wished is not None:
            wished = _object(item, "predictedLiveState") or wished
        if item.get("hook") or (live is None and wished is None):
            continue
        before, after = _text(live), _text(wished)
        if before != after:
            place = "/".join(filter(None, (item.get("namespace"), item.get("name"))))
            title = f"{item.get('group', '')}/{item['kind']} {place}"
            found.append(Difference(title, before, after))
    return found


def shown_by(program: str, found: Sequence[Difference]) -> str:
    """What a program of the user's says to two folders, live and wished. Source: KUBECTL_EXTERNAL_DIFF.

    Raises Failure (2) when it cannot be started or fails; 1 means differences, as with diff.
    """
    with tempfile.TemporaryDirectory(prefix="tidegate-diff-") as folder:
        places = [Path(folder) / side for side in ("live", "wished")]
        for place, side in zip(places, ("live", "wished"), strict=True):
            place.mkdir()
            for difference in found:
                (place / difference.file_name).write_text(getattr(difference, side))
        command = [*shlex.split(program), *map(str, places)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 the user's own
        except OSError as error:
            raise Failure(f"KUBECTL_EXTERNAL_DIFF {program!r}: {error.strerror}", Exit.USAGE) from error
    if run.returncode > 1:
        raise Failure(f"KUBECTL_EXTERNAL_DIFF {program!r} failed: {run.stderr.strip()}", Exit.USAGE)
    return run.stdout


def _object(item: Json, field: str) -> Json | None:
    value = json.loads(item.get(field) or "null")
    return value if isinstance(value, dict) else None


def _text(manifest: Json | None) -> str:
    return "" if manifest is None else document_text(manifest, sort=True)
