"""Defaults that the server writes into the objects of the built-in kinds: data by model, few rules in code.

Source: pkg/apis/*/v1/defaults.go and zz_generated.defaults.go of Kubernetes 1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from sandbox.cluster.kinds import Kind
from sandbox.cluster.schema import fields, item_of

_Json = dict[str, Any]
_ROLLING: _Json = {"type": "RollingUpdate"}

_DEFAULTS: Mapping[str, _Json] = {
    "V1PodSpec": {
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "securityContext": {},
        "schedulerName": "default-scheduler",
    },
    "V1Container": {
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
    },
    "V1ContainerPort": {"protocol": "TCP"},
    "V1Probe": {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3},
    "V1HTTPGetAction": {"path": "/", "scheme": "HTTP"},
    "V1GRPCAction": {"service": ""},
    "V1ObjectFieldSelector": {"apiVersion": "v1"},
    "V1ConfigMapVolumeSource": {"defaultMode": 420},
    "V1SecretVolumeSource": {"defaultMode": 420},
    "V1ProjectedVolumeSource": {"defaultMode": 420},
    "V1DownwardAPIVolumeSource": {"defaultMode": 420},
    "V1HostPathVolumeSource": {"type": ""},
    "V1ServiceAccountTokenProjection": {"expirationSeconds": 3600},
    "V1DeploymentSpec": {
        "replicas": 1,
        "strategy": _ROLLING,
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
    },
    "V1ReplicaSetSpec": {"replicas": 1},
    "V1StatefulSetSpec": {
        "replicas": 1,
        "podManagementPolicy": "OrderedReady",
        "updateStrategy": _ROLLING,
        "revisionHistoryLimit": 10,
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
    },
    "V1DaemonSetSpec": {"updateStrategy": _ROLLING, "revisionHistoryLimit": 10},
    "V1PodTemplateSpec": {"metadata": {}},
    "V1JobTemplateSpec": {"metadata": {}},
    "V1ResourceFieldSelector": {"divisor": "0"},
    "V1CronJobSpec": {
        "concurrencyPolicy": "Allow",
        "suspend": False,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1,
    },
    "V1ServiceSpec": {"sessionAffinity": "None", "type": "ClusterIP", "internalTrafficPolicy": "Cluster"},
    "V1ServicePort": {"protocol": "TCP"},
    "V1NetworkPolicyPort": {"protocol": "TCP"},
    "V1PersistentVolumeClaimSpec": {"volumeMode": "Filesystem"},
    "V1PersistentVolumeSpec": {"volumeMode": "Filesystem", "persistentVolumeReclaimPolicy": "Retain"},
    "V1StorageClass": {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"},
    "V1Secret": {"type": "Opaque"},
    "V2HorizontalPodAutoscalerSpec": {"minReplicas": 1},
    "V1PriorityClass": {"preemptionPolicy": "PreemptLowerPriority"},
    "DiscoveryV1EndpointPort": {"protocol": "TCP", "name": ""},
    "V1Endpoint": {"conditions": {}},
    "CoreV1EndpointPort": {"protocol": "TCP"},
    "V1Role": {"rules": None},
    "V1ClusterRole": {"rules": None},
    "V1RoleRef": {"apiGroup": "rbac.authorization.k8s.io"},
    "V1IngressClassParametersReference": {"scope": "Cluster"},
    "V1Namespace": {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}},
    "V1ResourceQuota": {"spec": {}, "status": {}},
    "V1PersistentVolumeClaim": {"status": {"phase": "Pending"}},
    "V1PersistentVolume": {"status": {"phase": "Pending"}},
    "V1Deployment": {"status": {}},
    "V1ReplicaSet": {"status": {"replicas": 0}},
    "V1StatefulSet": {"status": {"replicas": 0, "availableReplicas": 0}},
    "V1DaemonSet": {
        "status": {
            "currentNumberScheduled": 0,
            "numberMisscheduled": 0,
            "desiredNumberScheduled": 0,
            "numberReady": 0,
        }
    },
    "V1Job": {"status": {}},
    "V1CronJob": {"status": {}},
    "V1Service": {"status": {"loadBalancer": {}}},
    "V1Ingress": {"status": {"loadBalancer": {}}},
    "V1PodDisruptionBudget": {
        "status": {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0}
    },
    "V2HorizontalPodAutoscaler": {"status": {"desiredReplicas": 0, "currentMetrics": None}},
    "V1CustomResourceDefinitionSpec": {"conversion": {"strategy": "None"}},
    "V1WebhookClientConfig": {},
    "AdmissionregistrationV1ServiceReference": {"port": 443},
    "V1RuleWithOperations": {"scope": "*"},
}
# not of V1JobSpec: the server completes the Jobs that a CronJob makes when it makes them
_JOB: _Json = {
    "completions": 1,
    "parallelism": 1,
    "backoffLimit": 6,
    "completionMode": "NonIndexed",
    "suspend": False,
    "manualSelector": False,
    "podReplacementPolicy": "TerminatingOrFailed",
}
_SCALE_DOWN: _Json = {
    "selectPolicy": "Max",
    "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
}
_SCALE_UP: _Json = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ],
}
_WEBHOOK: _Json = {
    "failurePolicy": "Fail",
    "matchPolicy": "Equivalent",
    "namespaceSelector": {},
    "objectSelector": {},
    "timeoutSeconds": 10,
}


# Go writes these structs even when they are empty: who creates an object does not own them
_STRUCTS: Mapping[str, _Json] = {
    "Deployment": {"strategy": {}, "template": {"metadata": {}, "spec": {"containers": None}}},
    "ReplicaSet": {"template": {"metadata": {}, "spec": {"containers": None}}},
    "StatefulSet": {"updateStrategy": {}, "template": {"metadata": {}, "spec": {"containers": None}}},
    "DaemonSet": {"updateStrategy": {}, "template": {"metadata": {}, "spec": {"containers": None}}},
    "Job": {"template": {"metadata": {}, "spec": {"containers": None}}},
    "CronJob": {
        "jobTemplate": {
            "metadata": {},
            "spec": {"template": {"metadata": {}, "spec": {"containers": None}}},
        }
    },
    "Pod": {"containers": None},
    "PersistentVolumeClaim": {"resources": {}},
    "NetworkPolicy": {"podSelector": {}},
    "HorizontalPodAutoscaler": {"scaleTargetRef": {}},
    "CustomResourceDefinition": {"names": {}},
}
_FIELDS: Mapping[str, _Json] = {
    "Role": {"rules": None},
    "ClusterRole": {"rules": None},
    "PriorityClass": {"value": 0},
}


def empty(kind: Kind) -> _Json | None:
    """The object before it was created, for built-in kinds with structs that are always written."""
    if kind.kind in _FIELDS and kind.model:
        return {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {}, **_FIELDS[kind.kind]}
    if not kind.model or "spec" not in fields(kind.model):
        return None
    spec = deepcopy(_STRUCTS.get(kind.kind, {}))
    return {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {}, "spec": spec}


def complete(kind: Kind, body: _Json) -> _Json:
    """Fill the defaults into a decoded object, in place, and return it."""
    if kind.model:
        _fill(kind.model, body)
    return body


def _fill(model: str, value: _Json) -> None:
    for name, default in _DEFAULTS.get(model, {}).items():
        if value.get(name) is None and not (name in value and default is None):
            value[name] = deepcopy(default)
    if rule := _RULES.get(model):
        rule(value)
    for name, kind in fields(model).items():
        inner = value.get(name)
        if inner is not None and name != "metadata":
            _descend(item_of(kind) or kind, inner)


def _descend(model: str, value: Any) -> None:
    if model[0].islower():
        return
    if isinstance(value, list):
        for item in value:
            _fill(model, item)
    elif isinstance(value, dict):
        _fill(model, value)


def _container(container: _Json) -> None:
    if not container.get("imagePullPolicy"):
        _, _, tag = str(container.get("image") or "").rpartition("/")[2].partition(":")
        pinned = "@" in str(container.get("image")) or tag not in ("", "latest")
        container["imagePullPolicy"] = "IfNotPresent" if pinned else "Always"


def _pod_spec(spec: _Json) -> None:
    if account := spec.get("serviceAccountName") or spec.get("serviceAccount"):
        spec["serviceAccountName"] = spec["serviceAccount"] = account


def _pod(pod: _Json) -> None:
    """What only pods get, and no template of pods."""
    spec = pod.setdefault("spec", {})
    spec.setdefault("enableServiceLinks", True)
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        resources = container.setdefault("resources", {})
        for name, limit in (resources.get("limits") or {}).items():
            resources.setdefault("requests", {}).setdefault(name, limit)
        for port in container.get("ports") or () if spec.get("hostNetwork") else ():
            port.setdefault("hostPort", port.get("containerPort"))


def _job(job: _Json) -> None:
    spec = job.setdefault("spec", {})
    for name, default in _JOB.items():
        spec.setdefault(name, default)


def _limit_range(item: _Json) -> None:
    if item.get("type") != "Container":
        return
    for name, limit in (item.get("max") or {}).items():
        item.setdefault("default", {}).setdefault(name, limit)
    for source in ("default", "min"):
        for name, limit in (item.get(source) or {}).items():
            item.setdefault("defaultRequest", {}).setdefault(name, limit)


def _scaling(behavior: _Json) -> None:
    for name, defaults in (("scaleDown", _SCALE_DOWN), ("scaleUp", _SCALE_UP)):
        rules = behavior.setdefault(name, {})
        for field, default in defaults.items():
            rules.setdefault(field, deepcopy(default))


def _deployment_strategy(strategy: _Json) -> None:
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")


def _stateful_strategy(strategy: _Json) -> None:
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        strategy.setdefault("rollingUpdate", {}).setdefault("partition", 0)


def _daemon_strategy(strategy: _Json) -> None:
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)


def _stateful_set(spec: _Json) -> None:
    for claim in spec.get("volumeClaimTemplates") or ():
        claim.update(apiVersion="v1", kind="PersistentVolumeClaim")


def _service(spec: _Json) -> None:
    if spec["type"] in ("NodePort", "LoadBalancer"):
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if spec["type"] == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
    if spec["type"] == "ExternalName":
        spec.pop("internalTrafficPolicy", None)
    if spec["sessionAffinity"] == "ClientIP":
        spec.setdefault("sessionAffinityConfig", {"clientIP": {"timeoutSeconds": 10800}})


def _service_port(port: _Json) -> None:
    if not port.get("targetPort"):
        port["targetPort"] = port.get("port")


def _network_policy(spec: _Json) -> None:
    # the list is decoded before: an empty egress still says that the policy is about egress
    spec.setdefault("podSelector", {})
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", *(["Egress"] if spec.get("egress") is not None else [])]


def _autoscaler(spec: _Json) -> None:
    target = {"type": "Utilization", "averageUtilization": 80}
    if not spec.get("metrics"):
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]


def _subject(subject: _Json) -> None:
    if subject.get("kind") in ("User", "Group"):
        subject.setdefault("apiGroup", "rbac.authorization.k8s.io")


def _volume(volume: _Json) -> None:
    if set(volume) == {"name"}:
        volume["emptyDir"] = {}


def _claim(claim: _Json) -> None:
    claim.setdefault("spec", {}).setdefault("resources", {})


def _definition(spec: _Json) -> None:
    names = spec.setdefault("names", {})
    names.setdefault("singular", str(names.get("kind", "")).lower())
    names.setdefault("listKind", f"{names.get('kind', '')}List")


def _webhook(webhook: _Json) -> None:
    for name, default in _WEBHOOK.items():
        webhook.setdefault(name, deepcopy(default))


def _mutating_webhook(hook: _Json) -> None:
    _webhook(hook)
    hook.setdefault("reinvocationPolicy", "Never")


_RULES: Mapping[str, Callable[[_Json], None]] = {
    "V1Container": _container,
    "V1PodSpec": _pod_spec,
    "V1Pod": _pod,
    "V1Job": _job,
    "V1LimitRangeItem": _limit_range,
    "V2HorizontalPodAutoscalerBehavior": _scaling,
    "V1DeploymentStrategy": _deployment_strategy,
    "V1StatefulSetUpdateStrategy": _stateful_strategy,
    "V1StatefulSetSpec": _stateful_set,
    "V1DaemonSetUpdateStrategy": _daemon_strategy,
    "V1ServiceSpec": _service,
    "V1ServicePort": _service_port,
    "V1NetworkPolicySpec": _network_policy,
    "V2HorizontalPodAutoscalerSpec": _autoscaler,
    "RbacV1Subject": _subject,
    "V1Volume": _volume,
    "V1PersistentVolumeClaim": _claim,
    "V1CustomResourceDefinitionSpec": _definition,
    "V1MutatingWebhook": _mutating_webhook,
    "V1ValidatingWebhook": _webhook,
}
