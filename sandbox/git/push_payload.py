"""The JSON bodies that GitHub sends to webhooks.

Source: docs.github.com, "Webhook events and payloads", push and ping; the fields are a true subset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pygit2

from sandbox.git.bare_repository import (
    DEFAULT_BRANCH,
    NO_COMMIT,
    BareRepository,
    RefUpdate,
    files_of_commit,
    new_commits,
)

COMMITS_PER_PUSH = 2048


@dataclass(frozen=True, slots=True)
class PublicNames:
    """How the world writes the URLs of a repository, e.g. base `https://github.com`."""

    base: str

    def repository(self, full_name: str) -> dict[str, Any]:
        """Return the `repository` object of a payload."""
        owner, name = full_name.split("/")
        host = self.base.split("://", 1)[-1]
        identity = sum(ord(letter) * 31**place for place, letter in enumerate(full_name)) % 10**9
        return {
            "id": identity,
            "name": name,
            "full_name": full_name,
            "private": False,
            "owner": {"name": owner, "login": owner},
            "html_url": f"{self.base}/{full_name}",
            "clone_url": f"{self.base}/{full_name}.git",
            "ssh_url": f"git@{host}:{full_name}.git",
            "git_url": f"git://{host}/{full_name}.git",
            "url": f"{self.base}/{full_name}",
            "default_branch": DEFAULT_BRANCH,
            "master_branch": DEFAULT_BRANCH,
        }


def ping_payload(names: PublicNames, full_name: str, hook_id: int, url: str) -> dict[str, Any]:
    """Return the body of the event that a new webhook gets."""
    return {
        "zen": "Approachable is better than simple.",
        "hook_id": hook_id,
        "hook": {
            "type": "Repository",
            "id": hook_id,
            "active": True,
            "events": ["push"],
            "config": {"url": url},
        },
        "repository": names.repository(full_name),
    }


def push_payload(
    names: PublicNames, repository: BareRepository, update: RefUpdate, refs_before: Mapping[str, str]
) -> dict[str, Any]:
    """Return the body for one ref of a push; `refs_before` are all refs as they were."""
    repo = repository.open()
    try:
        page = f"{names.base}/{repository.full_name}"
        is_branch = update.ref.startswith("refs/heads/")
        known = [update.before] if update.before != NO_COMMIT else list(refs_before.values())
        commits = new_commits(repo, update, known) if is_branch else []
        described = [_commit(names, repository.full_name, repo, commit) for commit in commits]
        return {
            "ref": update.ref,
            "before": update.before,
            "after": update.after,
            "repository": names.repository(repository.full_name),
            "pusher": {"name": "developer", "email": "developer@example.invalid"},
            "sender": {"login": "developer", "type": "User"},
            "created": update.before == NO_COMMIT,
            "deleted": update.after == NO_COMMIT,
            "forced": _forced(repo, update),
            "base_ref": None,
            "compare": f"{page}/compare/{update.before[:12]}...{update.after[:12]}",
            "commits": described[:COMMITS_PER_PUSH],
            "head_commit": _head(names, repository.full_name, repo, update),
        }
    finally:
        repo.free()


def _head(
    names: PublicNames, full_name: str, repo: pygit2.Repository, update: RefUpdate
) -> dict[str, Any] | None:
    if update.after == NO_COMMIT:
        return None
    return _commit(names, full_name, repo, repo[update.after].peel(pygit2.Commit))


def _forced(repo: pygit2.Repository, update: RefUpdate) -> bool:
    if NO_COMMIT in (update.before, update.after) or not update.ref.startswith("refs/heads/"):
        return False
    return not repo.descendant_of(update.after, update.before)


def _commit(
    names: PublicNames, full_name: str, repo: pygit2.Repository, commit: pygit2.Commit
) -> dict[str, Any]:
    return {
        "id": str(commit.id),
        "tree_id": str(commit.tree_id),
        "distinct": True,
        "message": commit.message,
        "timestamp": _timestamp(commit),
        "url": f"{names.base}/{full_name}/commit/{commit.id}",
        "author": {"name": commit.author.name, "email": commit.author.email, "username": commit.author.name},
        "committer": {"name": commit.committer.name, "email": commit.committer.email},
        **files_of_commit(repo, commit),
    }


def _timestamp(commit: pygit2.Commit) -> str:
    zone = timezone(timedelta(minutes=commit.commit_time_offset))
    return datetime.fromtimestamp(commit.commit_time, UTC).astimezone(zone).isoformat()
