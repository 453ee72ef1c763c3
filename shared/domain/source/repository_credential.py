"""How a repository is entered."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain.access.secret_text import SecretText


@dataclass(frozen=True, slots=True)
class RepositoryCredential:
    """Basic authentication over HTTP(S). For a token, `username` is what the host wants beside it.

    GitHub takes any name with a token (`x-access-token` by custom), Azure DevOps any with a PAT.
    """

    username: str
    password: SecretText
