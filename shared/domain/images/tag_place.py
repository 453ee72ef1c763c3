"""The one field of a file that holds the tag of an image, and what is written there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.images.image_name import ImageName, split_reference
from shared.domain.images.image_policy import ImagePolicy, Strategy
from shared.domain.images.scalar_edit import Path, YamlText
from shared.domain.images.write_back import TargetKind, WriteBack
from shared.errors import InvalidRequestError, RenderError

_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
ReadFile = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class TagPlace:
    """`file` is from the root of the repository. `written` is the text of the field, `tag` what it says.

    `prefix` comes before the tag in a field that holds the whole image. For the strategy digest, `tag` is
    the digest, or "" where none is pinned.
    """

    file: str
    path: Path
    written: str
    tag: str
    prefix: str = ""

    def text_for(self, tag: str) -> str:
        """What is written for a tag, or for `tag@digest`."""
        return f"{self.prefix}{tag}"


def find_place(policy: ImagePolicy, target: WriteBack, read: ReadFile) -> TagPlace:
    """Find the field; raises RenderError that says what is missing and where to add it."""
    if target.kind is TargetKind.HELM_VALUES:
        return _in_values(policy, target.path, read)
    return _in_kustomization(policy, target.path, read)


def _in_values(policy: ImagePolicy, file: str, read: ReadFile) -> TagPlace:
    text = YamlText(file, _required(file, read))
    key = policy.helm_spec or policy.helm_tag
    path = text.path_of(key)
    written = text.text_at(path) if path else None
    if path is None or written is None:
        raise RenderError(f"{file}: has no {key} for {policy.written}. Add it with the tag that runs now")
    if policy.helm_spec:
        name, tag, digest = split_reference(written)
        _require_same(policy, file, key, name)
        return TagPlace(file, path, written, _said(policy, tag, digest), f"{name}:")
    name_path = text.path_of(policy.helm_name)
    if name_path:
        _require_same(policy, file, policy.helm_name, text.text_at(name_path) or "")
    tag, _, digest = written.partition("@")
    return TagPlace(file, path, written, _said(policy, tag, digest))


def _in_kustomization(policy: ImagePolicy, folder: str, read: ReadFile) -> TagPlace:
    files = [name if folder == "." else f"{folder}/{name}" for name in _KUSTOMIZATIONS]
    file = next((name for name in files if read(name) is not None), files[0])
    text = YamlText(file, _required(file, read))
    field = "digest" if policy.strategy is Strategy.DIGEST else "newTag"
    index = text.entry_of("images", policy.kustomize_name)
    written = text.text_at(("images", index, field)) if index is not None else None
    if index is None or written is None:
        raise RenderError(
            f"{file}: has no one entry of images with name {policy.kustomize_name} and {field}. Add it with "
            "what runs now"
        )
    _require_same(
        policy, file, "newName", text.text_at(("images", index, "newName")) or policy.kustomize_name
    )
    return TagPlace(file, ("images", index, field), written, written)


def _said(policy: ImagePolicy, tag: str, digest: str) -> str:
    return digest if policy.strategy is Strategy.DIGEST else tag


def _required(file: str, read: ReadFile) -> bytes:
    found = read(file)
    if found is None:
        raise RenderError(f"{file}: is not in the repository. Mend write-back-target")
    return found


def _require_same(policy: ImagePolicy, file: str, field: str, name: str) -> None:
    """A tag is written only beside the name of the image that it belongs to."""
    try:
        same = ImageName.parse(name) == policy.image
    except InvalidRequestError:
        same = False
    if not same:
        raise RenderError(f"{file}: {field} says {name!r}, and the tag would be one of {policy.written}")
