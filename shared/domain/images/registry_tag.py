"""What a registry says of a tag, and what its name means as a version."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FRACTION = re.compile(r"(.*?)(?:\.(\d+))?(Z|\+00:00)?")
_NOT_IMAGES = re.compile(r"sha256-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?")


@dataclass(frozen=True, slots=True)
class RegistryTag:
    """`digest` is "" where the list does not say it; `updated_at` sorts by time as text, "" unknown."""

    name: str
    digest: str = ""
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class RankedTag:
    """`allowed`: the filters let it through; `version`: it can be read as one; `matches` the constraint."""

    name: str
    allowed: bool
    version: bool
    matches: bool


@dataclass(frozen=True, slots=True)
class TagRequest:
    """Tags to rank. `allow` is `regexp:…` (RE2) or `any`; `ignore` are globs; constraint "" is `*`."""

    tags: tuple[str, ...]
    constraint: str = ""
    allow: str = ""
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundManifest:
    """What a tag or digest leads to. `is_image`: it can be run; a chart, a signature or an SBOM cannot."""

    digest: str
    media_type: str
    is_image: bool


def sortable_time(text: str) -> str:
    """A UTC timestamp with nine digits of a second, so that later ones sort later: `…T10:00:01.340000000Z`.

    Source: ACR writes up to seven digits and leaves zeros out; Python's datetime would lose the seventh.
    """
    match = _FRACTION.fullmatch(text)
    if not text or match is None:
        return ""
    return f"{match[1]}.{(match[2] or '').ljust(9, '0')[:9]}Z"


def may_be_image(tag: str) -> bool:
    """False for the names under which cosign keeps signatures, attestations and SBOMs, and for no name."""
    return bool(tag) and not _NOT_IMAGES.fullmatch(tag)
