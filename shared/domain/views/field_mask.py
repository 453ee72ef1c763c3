"""`fields=`: which fields of an answer a client wants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldMask:
    """Chosen fields as a tree; an empty one with `exclude` leaves everything as it is."""

    tree: _Tree = field(default_factory=dict)
    exclude: bool = True

    @classmethod
    def parse(cls, text: str) -> FieldMask:
        """`items.metadata.name,items.spec` keeps only these, `-items.status` keeps all but these.

        A path goes through lists. Source: Argo CD: a leading minus is meant for the whole text.
        """
        exclude = text.startswith("-") or not text
        tree: _Tree = {}
        for path in text.removeprefix("-").split(","):
            below = tree
            for name in filter(None, path.strip().split(".")):
                below = below.setdefault(name, {})
        return cls(tree, exclude)

    def below(self, name: str) -> FieldMask:
        """The mask for the value of a field, where that is shown at all."""
        if name in self.tree and not self.tree[name]:
            return FieldMask()
        return FieldMask(self.tree.get(name, {}), self.exclude)

    def wants(self, path: str) -> bool:
        """Whether anything at or below `path` would be shown: what is not need not be looked up."""
        tree = self.tree
        for name in path.split("."):
            if name not in tree:
                return self.exclude
            tree = tree[name]
            if not tree:
                return not self.exclude
        return True

    def of(self, value: Any) -> Any:
        """Return the value with the chosen fields; the input is not changed."""
        if self.exclude:
            return _without(value, self.tree)
        return _only(value, self.tree)


def _only(value: Any, tree: _Tree) -> Any:
    if not tree:
        return value
    if isinstance(value, list):
        return [_only(each, tree) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _only(found, tree[name]) for name, found in value.items() if name in tree}


def _without(value: Any, tree: _Tree) -> Any:
    if not tree:
        return value
    if isinstance(value, list):
        return [_without(each, tree) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {name: found for name, found in value.items() if name not in tree or tree[name]}
    return {name: _without(found, tree.get(name, {})) for name, found in kept.items()}
