"""Which tag is newer, by the policy of an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.images.image_policy import ImagePolicy, Strategy
from shared.domain.images.registry_tag import RankedTag, RegistryTag, may_be_image


@dataclass(frozen=True, slots=True)
class TagOrder:
    """`candidates` are what the policy would choose, best first; `ascending` are all that have an order."""

    candidates: tuple[str, ...]
    ascending: tuple[str, ...]

    def is_newer(self, tag: str, other: str) -> bool | None:
        """None where one of them has no order, which is so for digests, too."""
        if tag == other:
            return False
        if tag not in self.ascending or other not in self.ascending:
            return None
        return self.ascending.index(tag) > self.ascending.index(other)


def order_tags(policy: ImagePolicy, tags: Sequence[RegistryTag], ranked: Sequence[RankedTag]) -> TagOrder:
    """Order the tags of a registry.

    Args:
        policy: whose filters are in `ranked` already.
        tags: all of the registry.
        ranked: all tags of the registry, and perhaps ones that it has lost, as the manifest tool ranks them.

    Source: argocd-image-updater, pkg/image/version.go; newest-push is our own: by the time at which the tag
    was last moved, so that a rebuild of an older version does not win by its label.
    """
    allowed = {each.name for each in ranked if each.allowed}
    known = {tag.name for tag in tags if may_be_image(tag.name)}
    if policy.strategy is Strategy.SEMVER:
        ascending = [each.name for each in ranked if each.version]
        wanted = {each.name for each in ranked if each.matches}
    elif policy.strategy is Strategy.NEWEST_PUSH:
        dated = sorted((tag.updated_at, tag.name) for tag in tags if tag.updated_at)
        ascending = [name for _, name in dated]
        wanted = set(ascending)
    elif policy.strategy is Strategy.ALPHABETICAL:
        ascending = sorted(each.name for each in ranked)
        wanted = set(ascending)
    else:
        return TagOrder((policy.constraint,) if policy.constraint in known else (), ())
    candidates = [name for name in reversed(ascending) if name in allowed & known & wanted]
    return TagOrder(tuple(candidates), tuple(ascending))
