"""A change for people: what began it, and how long it took to where."""

from __future__ import annotations

from typing import Any

from shared.domain.record.change_trace import ChangeKind, ChangeTrace
from shared.domain.record.traced_step import TracedStep
from shared.domain.source.checkout import CommitMetadata
from shared.domain.views.waterfall import Moment, moments, timeline

Json = dict[str, Any]
_SHORT = 7


def cause_view(change: ChangeTrace, commit: CommitMetadata | None = None) -> Json:
    """{kind, text, source, event, by, at}, and image, secret and commit where the change has them.

    `commit` adds author, date and message to the commit that was pushed, or that we wrote.
    """
    cause: Json = {
        "kind": change.kind.value,
        "text": _sentence(change),
        "source": change.source,
        "event": change.event,
        "by": change.by or (commit.author if commit and change.kind is ChangeKind.PUSH else ""),
        "at": (change.at or change.received).isoformat(),
    }
    if change.kind is ChangeKind.IMAGE:
        cause["image"] = {"name": change.name, "tag": change.version, "digest": change.digest}
    if change.kind is ChangeKind.SECRET:
        cause["secret"] = {"vault": change.name, "name": change.version}
    if change.commit:
        cause["commit"] = commit_view(change.repo_url, change.commit, commit)
    return cause


def beginning(change: ChangeTrace | None) -> list[Moment]:
    """The stages before an application hears of the change: none for a push, which is where it begins."""
    if change is None or change.kind not in (ChangeKind.IMAGE, ChangeKind.SECRET):
        return []
    if change.kind is ChangeKind.SECRET:
        return [("secret changed", change.at), ("event received", change.received)]
    return [
        ("image pushed", change.at),
        ("event received", change.received),
        ("tag chosen", change.chosen),
        ("committed", change.committed),
    ]


def application_stages(change: ChangeTrace | None, step: TracedStep) -> list[Json]:
    """From what began the change to the healthy pods."""
    return timeline([*beginning(change), *moments(step.clock)])


def secret_stages(change: ChangeTrace | None, step: TracedStep) -> list[Json]:
    """From what began the change to the Secret in the cluster."""
    return timeline([*beginning(change), ("received", step.received), ("refreshed", step.refreshed)])


def application_step(change: ChangeTrace | None, step: TracedStep, *, current: bool) -> Json:
    """`current`: it is the newest change of the application."""
    namespace, name = step.names
    return {
        "name": name,
        "namespace": namespace,
        "revisions": list(step.revisions),
        "phase": step.phase,
        "message": step.message,
        "current": current,
        "stages": application_stages(change, step),
    }


def secret_step(change: ChangeTrace | None, step: TracedStep) -> Json:
    _, namespace, name = step.names
    return {
        "name": name,
        "namespace": namespace,
        "reason": step.phase,
        "stages": secret_stages(change, step),
    }


def trace_summary(change: ChangeTrace) -> Json:
    return {"trace": change.trace, "at": change.received.isoformat(), "cause": cause_view(change)}


def commit_view(repo_url: str, revision: str, found: CommitMetadata | None) -> Json:
    """{repoURL, revision}, and author, date and message where the repository says them."""
    commit: Json = {"repoURL": repo_url, "revision": revision}
    if found is not None:
        commit |= {"author": found.author, "date": found.date, "message": found.message}
    return commit


def _sentence(change: ChangeTrace) -> str:
    match change.kind:
        case ChangeKind.IMAGE:
            return f"image {change.name}:{change.version} was pushed"
        case ChangeKind.SECRET:
            return f"secret {change.version} of {change.name} has a new version"
        case ChangeKind.PUSH:
            ref = change.version.removeprefix("refs/heads/").removeprefix("refs/tags/")
            return f"push of {change.commit[:_SHORT] or 'nothing'} to {ref} of {change.name}"
        case ChangeKind.REQUEST:
            return f"{change.by} asked for a {change.version or 'sync'} of {change.name}"
        case ChangeKind.APPLICATION:
            return f"application {change.name} is new or was changed"
