"""Traces as people read them: what began a change, and its stages with their times."""

from __future__ import annotations

from collections.abc import Sequence

from tidegate.client import Json

STAGES = ("received", "resolved", "rendered", "compared", "applied", "healthy")
TITLES = ("STAGE", "AT", "SECONDS", "TOTAL")
_SHORT = 7


def cause_fields(cause: Json | None) -> list[tuple[str, object]]:
    """What began it, who told of it, and the commit with its author and the first line of its message."""
    if not cause:
        return []
    image, commit = cause.get("image") or {}, cause.get("commit") or {}
    source = " ".join(part for part in (cause.get("source"), cause.get("event")) if part)
    fields: list[tuple[str, object]] = [("Cause", cause.get("text")), ("Told By", source)]
    fields.append(("Image", f"{image['name']}:{image['tag']} {image.get('digest', '')}" if image else ""))
    fields.append(("Commit", commit.get("revision")))
    fields.append(("Author", commit.get("author")))
    fields.append(("Message", str(commit.get("message") or "").partition("\n")[0]))
    return fields


def stage_rows(stages: Sequence[Json], *, ahead: bool = True) -> list[list[str]]:
    """What was reached with its seconds and their sum, then what is still `ahead`."""
    total, rows = 0.0, []
    for stage in stages:
        total += stage["seconds"] or 0.0
        seconds = "" if stage["seconds"] is None else f"{stage['seconds']:.3f}"
        rows.append([str(stage["name"]), str(stage["at"]), seconds, f"{total:.3f}"])
    reached = {row[0] for row in rows}
    return rows + [[name, "not yet", "", ""] for name in STAGES if ahead and name not in reached]


def place_of(step: Json) -> str:
    """`argocd/shop a1b2c3d Succeeded`, of an ExternalSecret with the reason of its last refresh."""
    revisions = ",".join(str(each)[:_SHORT] for each in step.get("revisions") or [])
    words = (
        f"{step['namespace']}/{step['name']}",
        revisions,
        step.get("phase") or step.get("reason"),
    )
    return " ".join(str(word) for word in words if word)
