"""A resource tree as lines of text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tidegate.client import Json


def tree_lines(tree: Json) -> Iterator[str]:
    """One line a resource under what owns it: `Deployment/ai-app  Healthy`; pods with their reason.

    `tree` is Argo CD's ApplicationTree. A node whose parent is not in it stands at the left.
    """
    nodes = tree.get("nodes") or []
    uids = {node.get("uid") for node in nodes if node.get("uid")}
    children: dict[str, list[Json]] = defaultdict(list)
    roots = []
    for node in nodes:
        owners = [parent.get("uid") for parent in node.get("parentRefs") or []]
        known = [str(uid) for uid in owners if uid in uids]
        if known:
            children[known[0]].append(node)
        else:
            roots.append(node)
    for root in sorted(roots, key=_order):
        yield _words(root)
        yield from _below(root, children, "")


def _below(node: Json, children: dict[str, list[Json]], indent: str) -> Iterator[str]:
    below = sorted(children.pop(str(node.get("uid") or ""), []), key=_order)
    for number, child in enumerate(below, 1):
        last = number == len(below)
        yield f"{indent}{'└─' if last else '├─'}{_words(child)}"
        yield from _below(child, children, indent + ("  " if last else "│ "))


def _words(node: Json) -> str:
    health = node.get("health") or {}
    info = {entry.get("name"): entry.get("value") for entry in node.get("info") or []}
    words = [
        f"{node['kind']}/{node['name']}",
        health.get("status", ""),
        str(info.get("Containers") or ""),
        health.get("message", ""),
    ]
    return "  ".join(word for word in words if word)


def _order(node: Json) -> tuple[str, str]:
    return str(node["kind"]), str(node["name"])
