"""The name of an image: where it is kept, and what it is called there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from shared.errors import InvalidRequestError

_REPOSITORY = re.compile(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*")
_HUB, _LIBRARY = "docker.io", "library"


@dataclass(frozen=True, slots=True, order=True)
class ImageName:
    """`myacr.azurecr.io` and `team/shop`; neither has a tag. A name without a host is Docker Hub's."""

    host: str
    repository: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `host/repository`; raises InvalidRequestError for what no registry takes.

        Source: distribution/reference, ParseNormalizedNamed: the first part is a host where it has a dot
        or a port, or is localhost.
        """
        first, slash, rest = text.strip().partition("/")
        if slash and ("." in first or ":" in first or first == "localhost"):
            host, repository = first.lower(), rest
        else:
            host, repository = _HUB, text.strip()
            repository = repository if slash else f"{_LIBRARY}/{repository}"
        if not _REPOSITORY.fullmatch(repository):
            raise InvalidRequestError(f"Image {text!r}: is no name of an image. Write registry/repository")
        return cls(host, repository)

    def __str__(self) -> str:
        return f"{self.host}/{self.repository}"


def split_reference(text: str) -> tuple[str, str, str]:
    """Take `name:tag@digest` apart; what is missing is "". A port is no tag."""
    named, _, digest = text.partition("@")
    path, slash, last = named.rpartition("/")
    name, _, tag = last.partition(":")
    return f"{path}{slash}{name}", tag, digest
