"""Kinds that are asked and not stored: may I, who am I, and tokens of service accounts.

Source: pkg/registry/authorization, pkg/registry/authentication and core/serviceaccount/storage/token.go.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.cluster.access.attributes import Attributes
from sandbox.cluster.access.rbac import Rbac
from sandbox.cluster.access.users import AUTHENTICATED, User, Users
from sandbox.cluster.lifecycle import Timestamps
from sandbox.cluster.request import Target

_Json = dict[str, Any]
_HOUR_SECONDS = 3600


class Reviews:
    """Answers the create-only kinds of one cluster."""

    def __init__(self, rbac: Rbac, users: Users, clock: Timestamps) -> None:
        self._rbac, self._users, self._clock = rbac, users, clock

    def answer(self, target: Target, sent: _Json, user: User) -> _Json:
        """Return the sent object with its status."""
        metadata = {"creationTimestamp": None, **(sent.get("metadata") or {})}
        head = {"kind": target.kind.kind, "apiVersion": target.kind.api_version, "metadata": metadata}
        if target.kind.kind == "SelfSubjectReview":
            return {**head, "status": {"userInfo": {"username": user.name, "groups": list(user.groups)}}}
        spec = sent.get("spec") or {}
        if target.kind.kind == "SelfSubjectRulesReview":
            return {**head, "spec": spec, "status": self._rules(user, str(spec.get("namespace", "")))}
        if target.kind.kind == "SubjectAccessReview":
            user = User(str(spec.get("user", "")), tuple(spec.get("groups") or ()))
        allowed = self._rbac.allows(user, _asked(spec))
        return {**head, "spec": spec, "status": {"allowed": allowed}}

    def _rules(self, user: User, namespace: str) -> _Json:
        found = list(self._rbac.rules(user, namespace))
        resources = [rule for rule in found if "resources" in rule]
        paths = [rule for rule in found if "nonResourceURLs" in rule]
        return {"resourceRules": resources, "nonResourceRules": paths, "incomplete": False}

    def token(self, target: Target, sent: _Json) -> _Json:
        """Answer `serviceaccounts/NAME/token`: a token that this cluster knows until it is stopped."""
        account = f"system:serviceaccount:{target.namespace}:{target.name}"
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{target.namespace}", AUTHENTICATED)
        asked = {name: value for name, value in (sent.get("spec") or {}).items() if value is not None}
        spec = {"expirationSeconds": _HOUR_SECONDS, **asked}
        ends = self._clock.clock.now() + timedelta(seconds=int(spec["expirationSeconds"]))
        status = {
            "token": self._users.issue(User(account, groups)),
            "expirationTimestamp": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        metadata = {"name": target.name, "namespace": target.namespace}
        head = {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": metadata}
        return {**head, "spec": spec, "status": status}


def _asked(spec: _Json) -> Attributes:
    if path := spec.get("nonResourceAttributes"):
        return Attributes(str(path.get("verb", "")), str(path.get("path", "")))
    asked = spec.get("resourceAttributes") or {}
    return Attributes(
        str(asked.get("verb", "")),
        "",
        str(asked.get("group", "")),
        str(asked.get("resource", "")),
        str(asked.get("subresource", "")),
        str(asked.get("namespace", "")),
        str(asked.get("name", "")),
    )
