"""RBAC over the roles and bindings that the cluster stores.

Source: k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac and k8s.io/apiserver's sentences, 1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.cluster.access.attributes import Attributes
from sandbox.cluster.access.users import MASTERS, User
from sandbox.cluster.api_error import ApiError
from sandbox.cluster.store import Store

_Json = Mapping[str, Any]
_RBAC = "rbac.authorization.k8s.io"
ROLES, BINDINGS = f"roles.{_RBAC}", f"rolebindings.{_RBAC}"
CLUSTER_ROLES, CLUSTER_BINDINGS = f"clusterroles.{_RBAC}", f"clusterrolebindings.{_RBAC}"


class Rbac:
    """Answers for one cluster; reads the newest roles each time."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def allows(self, user: User, wanted: Attributes) -> bool:
        """Whether a role that is bound to the user, or to a group of it, has a rule for this."""
        if MASTERS in user.groups:
            return True
        return any(_covers(rule, wanted) for rule in self.rules(user, wanted.namespace))

    def demand(self, user: User, wanted: Attributes) -> None:
        """Raise 403 with the real server's sentence when it is not allowed."""
        if not self.allows(user, wanted):
            raise forbidden(user, wanted)

    def rules(self, user: User, namespace: str) -> Iterator[_Json]:
        """The rules that the user has in a namespace, "" for the cluster only."""
        for binding in self._store.select(CLUSTER_BINDINGS):
            if _names(binding.body, user, ""):
                yield from self._role(binding.body["roleRef"], "")
        for binding in self._store.select(BINDINGS, namespace) if namespace else ():
            if _names(binding.body, user, namespace):
                yield from self._role(binding.body["roleRef"], namespace)

    def _role(self, reference: _Json, namespace: str) -> Iterator[_Json]:
        whole = reference.get("kind") == "ClusterRole"
        key = ("" if whole else namespace, str(reference.get("name")))
        found = self._store.get(CLUSTER_ROLES if whole else ROLES, key)
        yield from (found.body.get("rules") or ()) if found else ()


def forbidden(user: User, wanted: Attributes) -> ApiError:
    """The answer to a request that no rule allows."""
    if not wanted.resource:
        problem = f'User "{user.name}" cannot {wanted.verb} path "{wanted.path}"'
        return ApiError(403, "Forbidden", f"forbidden: {problem}", {})
    what = f"{wanted.resource}/{wanted.subresource}" if wanted.subresource else wanted.resource
    where = f'in the namespace "{wanted.namespace}"' if wanted.namespace else "at the cluster scope"
    problem = (
        f'User "{user.name}" cannot {wanted.verb} resource "{what}" in API group "{wanted.group}" {where}'
    )
    dotted = f"{wanted.resource}.{wanted.group}" if wanted.group else wanted.resource
    named = f'{dotted} "{wanted.name}"' if wanted.name else dotted
    details = {"name": wanted.name, "group": wanted.group, "kind": wanted.resource}
    kept = {field: text for field, text in details.items() if text}
    return ApiError(403, "Forbidden", f"{named} is forbidden: {problem}", kept)


def _names(binding: _Json, user: User, namespace: str) -> bool:
    tests: Mapping[str, Callable[[_Json], bool]] = {
        "User": lambda subject: subject["name"] == user.name,
        "Group": lambda subject: subject["name"] in user.groups,
        "ServiceAccount": lambda subject: (
            user.name == f"system:serviceaccount:{subject.get('namespace') or namespace}:{subject['name']}"
        ),
    }
    return any(tests[s["kind"]](s) for s in binding.get("subjects") or () if s.get("kind") in tests)


def _covers(rule: _Json, wanted: Attributes) -> bool:
    if not _has(rule.get("verbs"), wanted.verb):
        return False
    if not wanted.resource:
        return any(_matches(str(path), wanted.path) for path in rule.get("nonResourceURLs") or ())
    names = rule.get("resourceNames") or ()
    return (
        _has(rule.get("apiGroups"), wanted.group)
        and _has_resource(rule.get("resources") or (), wanted)
        and (not names or wanted.name in names)
    )


def _has(words: Any, word: str) -> bool:
    return word in (words or ()) or "*" in (words or ())


def _has_resource(resources: Any, wanted: Attributes) -> bool:
    if not wanted.subresource:
        return _has(resources, wanted.resource)
    whole = f"{wanted.resource}/{wanted.subresource}"
    return _has(resources, whole) or f"*/{wanted.subresource}" in resources


def _matches(pattern: str, path: str) -> bool:
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern
