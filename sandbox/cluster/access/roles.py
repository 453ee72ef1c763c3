"""The roles and bindings that a new cluster has: the user-facing ones of a kube-apiserver, and `viewer`.

Source: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go of Kubernetes 1.34, without its aggregation.
"""

from __future__ import annotations

from typing import Any

from sandbox.cluster.access.users import AUTHENTICATED, MASTERS

_Json = dict[str, Any]
_API = "rbac.authorization.k8s.io"
_READ = ["get", "list", "watch"]
_WRITE = ["create", "delete", "deletecollection", "patch", "update"]
_PATHS = ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz"]
_WORKLOADS = ["daemonsets", "deployments", "replicasets", "statefulsets"]
# group → what `view` reads; `edit` writes the first list and may not write the second
_NAMESPACED: tuple[tuple[str, list[str], list[str]], ...] = (
    (
        "",
        [
            *("configmaps", "endpoints", "events", "persistentvolumeclaims"),
            *("pods", "serviceaccounts", "services"),
        ],
        [
            *("bindings", "limitranges", "namespaces", "namespaces/status", "pods/log", "pods/status"),
            *("persistentvolumeclaims/status", "services/status"),
            *("resourcequotas", "resourcequotas/status"),
        ],
    ),
    (
        "apps",
        [*_WORKLOADS, *(f"{name}/scale" for name in _WORKLOADS[1:])],
        ["controllerrevisions", *(f"{name}/status" for name in _WORKLOADS)],
    ),
    ("autoscaling", ["horizontalpodautoscalers"], ["horizontalpodautoscalers/status"]),
    ("batch", ["cronjobs", "jobs"], ["cronjobs/status", "jobs/status"]),
    ("discovery.k8s.io", [], ["endpointslices"]),
    ("networking.k8s.io", ["ingresses", "networkpolicies"], ["ingresses/status"]),
    ("policy", ["poddisruptionbudgets"], ["poddisruptionbudgets/status"]),
)


def first_roles() -> list[tuple[str, _Json]]:
    """Return (resource, object) of each."""
    reading = [_rule(group, [*common, *more], _READ) for group, common, more in _NAMESPACED]
    writing = [_rule(group, common, _WRITE) for group, common, _ in _NAMESPACED if common]
    writing += [
        _rule("", ["secrets"], [*_READ, *_WRITE]),
        _rule("", ["pods/eviction", "serviceaccounts/token"], ["create"]),
    ]
    managing = [_rule(_API, ["rolebindings", "roles"], [*_READ, *_WRITE])]
    everything = [_rule("*", ["*"], ["*"]), {"nonResourceURLs": ["*"], "verbs": ["*"]}]
    about = [{"nonResourceURLs": [*_PATHS, "/version", "/version/"], "verbs": ["get"]}]
    reviews = ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]
    self = [
        _rule("authorization.k8s.io", reviews, ["create"]),
        _rule("authentication.k8s.io", ["selfsubjectreviews"], ["create"]),
    ]
    roles = {
        "cluster-admin": everything,
        "admin": [*reading, *writing, *managing],
        "edit": [*reading, *writing],
        "view": reading,
        "system:discovery": about,
        "system:basic-user": self,
    }
    bound = [
        _binding("cluster-admin", "cluster-admin", "Group", MASTERS),
        _binding("system:discovery", "system:discovery", "Group", AUTHENTICATED),
        _binding("system:basic-user", "system:basic-user", "Group", AUTHENTICATED),
        _binding("sandbox-viewer", "view", "User", "viewer"),
    ]
    made = [
        _object("ClusterRole", name, rules=[r for r in rules if r.get("resources") != []])
        for name, rules in roles.items()
    ]
    return [
        *((f"clusterroles.{_API}", role) for role in made),
        *((f"clusterrolebindings.{_API}", binding) for binding in bound),
    ]


def _rule(group: str, resources: list[str], verbs: list[str]) -> _Json:
    return {"apiGroups": [group], "resources": resources, "verbs": verbs}


def _binding(name: str, role: str, kind: str, subject: str) -> _Json:
    reference = {"apiGroup": _API, "kind": "ClusterRole", "name": role}
    subjects = [{"apiGroup": _API, "kind": kind, "name": subject}]
    return _object("ClusterRoleBinding", name, roleRef=reference, subjects=subjects)


def _object(kind: str, name: str, **fields: Any) -> _Json:
    return {"apiVersion": f"{_API}/v1", "kind": kind, "metadata": {"name": name}, **fields}
