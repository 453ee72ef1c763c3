"""Where the root application is found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Every Application under `path` of `repo_url` is deployed. An empty `repo_url`: there is no root."""

    repo_url: str = ""
    path: str = "apps"
    revision: str = "main"
    name: str = "root-app"
