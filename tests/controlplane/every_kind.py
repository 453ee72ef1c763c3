"""A small valid manifest of every built-in kind that people deploy."""

from __future__ import annotations

from typing import Any

from shared.domain.manifests.manifest import Manifest

_POD = {"containers": [{"name": "app", "image": "registry.test/app:1"}]}
_RBAC = "rbac.authorization.k8s.io"
_CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
_NOWHERE = {"url": "https://nowhere.invalid/hook"}


_RULE = {
    "apiGroups": ["nobody.invalid"],
    "apiVersions": ["v1"],
    "operations": ["CREATE"],
    "resources": ["nothings"],
    "scope": "*",
}


def _template(name: str, **more: Any) -> dict[str, Any]:
    labels = {"app": name}
    return {
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": _POD},
        **more,
    }


def _webhook(name: str) -> dict[str, Any]:
    nothing = {"matchLabels": {"nobody": "has-this"}}
    hook = {"name": f"{name}.tidegate.test", "clientConfig": _NOWHERE, "sideEffects": "None"}
    return {**hook, "admissionReviewVersions": ["v1"], "objectSelector": nothing, "rules": [_RULE]}


def _namespaced(name: str) -> dict[str, dict[str, Any]]:
    return {
        "v1 ConfigMap": {"data": {"k": "v"}},
        "v1 Secret": {"stringData": {"k": "v"}},
        "v1 Service": {"spec": {"selector": {"app": name}, "ports": [{"port": 80}]}},
        "v1 ServiceAccount": {},
        "v1 Pod": {"spec": _POD},
        "v1 Endpoints": {"subsets": [{"addresses": [{"ip": "203.0.113.1"}], "ports": [{"port": 80}]}]},
        "v1 LimitRange": {"spec": {"limits": [{"type": "Container", "max": {"cpu": "1"}}]}},
        "v1 ResourceQuota": {"spec": {"hard": {"pods": "10"}}},
        "v1 PersistentVolumeClaim": {"spec": _CLAIM},
        "apps/v1 ControllerRevision": {"data": {"k": "v"}, "revision": 1},
        "apps/v1 DaemonSet": {"spec": _template(name)},
        "apps/v1 Deployment": {"spec": _template(name)},
        "apps/v1 ReplicaSet": {"spec": _template(name)},
        "apps/v1 StatefulSet": {"spec": _template(name, serviceName=name)},
        "autoscaling/v2 HorizontalPodAutoscaler": {
            "spec": {
                "maxReplicas": 3,
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            }
        },
        "batch/v1 CronJob": {
            "spec": {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": _job()}},
        },
        "batch/v1 Job": {"spec": _job()},
        "coordination.k8s.io/v1 Lease": {"spec": {"holderIdentity": "nobody"}},
        "discovery.k8s.io/v1 EndpointSlice": {
            "addressType": "IPv4",
            "endpoints": [{"addresses": ["203.0.113.1"]}],
            "ports": [{"port": 80}],
        },
        "networking.k8s.io/v1 Ingress": {
            "spec": {"defaultBackend": {"service": {"name": name, "port": {"number": 80}}}}
        },
        "networking.k8s.io/v1 NetworkPolicy": {"spec": {"podSelector": {}}},
        "policy/v1 PodDisruptionBudget": {"spec": {"minAvailable": 1, "selector": {}}},
        f"{_RBAC}/v1 Role": {"rules": []},
        f"{_RBAC}/v1 RoleBinding": {"roleRef": {"apiGroup": _RBAC, "kind": "Role", "name": name}},
    }


def _of_cluster(name: str) -> dict[str, dict[str, Any]]:
    return {
        "v1 Namespace": {},
        "v1 PersistentVolume": {
            "spec": {
                "capacity": {"storage": "1Gi"},
                "accessModes": ["ReadWriteOnce"],
                "hostPath": {"path": "/nowhere"},
            }
        },
        "admissionregistration.k8s.io/v1 MutatingWebhookConfiguration": {"webhooks": [_webhook(name)]},
        "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration": {"webhooks": [_webhook(name)]},
        "networking.k8s.io/v1 IngressClass": {"spec": {"controller": "tidegate.test/none"}},
        f"{_RBAC}/v1 ClusterRole": {"rules": []},
        f"{_RBAC}/v1 ClusterRoleBinding": {
            "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": name}
        },
        "scheduling.k8s.io/v1 PriorityClass": {"value": 7},
        "storage.k8s.io/v1 StorageClass": {"provisioner": "tidegate.test/none"},
    }


def _job() -> dict[str, Any]:
    return {"template": {"spec": {**_POD, "restartPolicy": "Never"}}}


KINDS = (*_namespaced(""), *_of_cluster(""))


def example(kind: str, namespace: str, name: str) -> Manifest:
    """A manifest of one of KINDS (`apps/v1 Deployment`); objects of the cluster are named `name` too."""
    api_version, _, word = kind.rpartition(" ")
    metadata: dict[str, Any] = {"name": name, "labels": {"example": name}}
    fields = _of_cluster(name).get(kind)
    if fields is None:
        metadata["namespace"], fields = namespace, _namespaced(name)[kind]
    return {"apiVersion": api_version, "kind": word, "metadata": metadata, **fields}
