"""What a policy chooses from what a registry has, asked for once a turn."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.domain.images.image_name import ImageName
from shared.domain.images.image_policy import ImagePolicy, Strategy
from shared.domain.images.registry_tag import FoundManifest, RegistryTag, TagRequest
from shared.domain.images.tag_order import TagOrder, order_tags
from shared.ports.image_registry import ImageRegistry
from shared.ports.manifest_tool import ManifestTool

_MOST_TRIED = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """`pick` is the tag, or the digest for the strategy digest; "" where nothing can be chosen."""

    pick: str
    order: TagOrder


class ChooseTag:
    """Made for one turn: what the registry says is kept as long. Errors are those of the registry's port,
    and InvalidRequestError for a constraint that cannot be read.
    """

    def __init__(self, registry: ImageRegistry, tool: ManifestTool) -> None:
        self._registry, self._tool = registry, tool
        self._tags: dict[ImageName, tuple[RegistryTag, ...]] = {}
        self._manifests: dict[tuple[ImageName, str], FoundManifest | None] = {}

    def __call__(self, policy: ImagePolicy, seen: tuple[str, ...]) -> Choice:
        """Choose the best tag that can be pulled and is an image.

        `seen` are tags that the order must know too: the registry may have lost them.
        """
        tags = self._tags_of(policy.image)
        names = dict.fromkeys([*(tag.name for tag in tags), *(name for name in seen if name)])
        digest = policy.strategy is Strategy.DIGEST
        request = TagRequest(tuple(names), policy.constraint, policy.allow, policy.ignore)
        ranked = self._tool.semver(replace(request, constraint="") if digest else request)
        order = order_tags(policy, tags, ranked)
        for name in order.candidates[:_MOST_TRIED]:
            found = self._manifest(policy.image, name)
            if found is not None and found.is_image:
                return Choice(found.digest if digest else name, order)
        return Choice("", order)

    def _tags_of(self, image: ImageName) -> tuple[RegistryTag, ...]:
        if image not in self._tags:
            self._tags[image] = self._registry.tags(image)
        return self._tags[image]

    def _manifest(self, image: ImageName, tag: str) -> FoundManifest | None:
        key = (image, tag)
        if key not in self._manifests:
            self._manifests[key] = self._registry.manifest(image, tag)
        return self._manifests[key]
