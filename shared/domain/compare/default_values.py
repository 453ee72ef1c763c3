"""What the API server fills in by itself in the built-in kinds.

Two questions need this: a field that git no longer has is no difference when the server would fill in
the same value again, and a value inside an atomic list or map is no difference when the server put it
there. The table is no schema: what it lacks costs one dry run, never a wrong answer.

Source: pkg/apis/*/v1/defaults.go of Kubernetes 1.34, checked on a real kube-apiserver
(tests/golden/compare).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.domain.compare.field_sets import Path

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_PER_FIELD: dict[tuple[str, str], tuple[Any, ...]] = {
    ("spec", "replicas"): (1,),
    ("spec", "revisionHistoryLimit"): (10,),
    ("spec", "progressDeadlineSeconds"): (600,),
    ("spec", "podManagementPolicy"): ("OrderedReady",),
    ("spec", "completions"): (1,),
    ("spec", "parallelism"): (1,),
    ("spec", "backoffLimit"): (6,),
    ("spec", "completionMode"): ("NonIndexed",),
    ("spec", "podReplacementPolicy"): ("TerminatingOrFailed",),
    ("spec", "manualSelector"): (False,),
    ("spec", "suspend"): (False,),
    ("spec", "concurrencyPolicy"): ("Allow",),
    ("spec", "successfulJobsHistoryLimit"): (3,),
    ("spec", "failedJobsHistoryLimit"): (1,),
    ("spec", "minReplicas"): (1,),
    ("spec", "restartPolicy"): ("Always",),
    ("spec", "dnsPolicy"): ("ClusterFirst",),
    ("spec", "schedulerName"): ("default-scheduler",),
    ("spec", "terminationGracePeriodSeconds"): (30,),
    ("spec", "enableServiceLinks"): (True,),
    ("spec", "type"): ("ClusterIP",),
    ("spec", "sessionAffinity"): ("None",),
    ("spec", "internalTrafficPolicy"): ("Cluster",),
    ("spec", "externalTrafficPolicy"): ("Cluster",),
    ("spec", "allocateLoadBalancerNodePorts"): (True,),
    ("spec", "volumeMode"): ("Filesystem",),
    ("spec", "persistentVolumeReclaimPolicy"): ("Retain",),
    ("strategy", "type"): ("RollingUpdate",),
    ("updateStrategy", "type"): ("RollingUpdate",),
    ("rollingUpdate", "partition"): (0,),
    ("rollingUpdate", "maxUnavailable"): ("25%", 1),
    ("rollingUpdate", "maxSurge"): ("25%", 0),
    ("persistentVolumeClaimRetentionPolicy", "whenDeleted"): ("Retain",),
    ("persistentVolumeClaimRetentionPolicy", "whenScaled"): ("Retain",),
    ("containers", "terminationMessagePath"): ("/dev/termination-log",),
    ("containers", "terminationMessagePolicy"): ("File",),
    ("initContainers", "terminationMessagePath"): ("/dev/termination-log",),
    ("initContainers", "terminationMessagePolicy"): ("File",),
    ("httpGet", "scheme"): ("HTTP",),
    ("grpc", "service"): ("",),
    **{(probe, "failureThreshold"): (3,) for probe in _PROBES},
    **{(probe, "periodSeconds"): (10,) for probe in _PROBES},
    **{(probe, "successThreshold"): (1,) for probe in _PROBES},
    **{(probe, "timeoutSeconds"): (1,) for probe in _PROBES},
    ("ports", "protocol"): ("TCP",),
    ("secret", "defaultMode"): (420,),
    ("configMap", "defaultMode"): (420,),
    ("projected", "defaultMode"): (420,),
    ("downwardAPI", "defaultMode"): (420,),
    ("serviceAccountToken", "expirationSeconds"): (3600,),
    ("fieldRef", "apiVersion"): ("v1",),
    ("resourceFieldRef", "divisor"): ("0", 0),
    ("hostPath", "type"): ("",),
    ("service", "port"): (443,),
    ("clientIP", "timeoutSeconds"): (10800,),
    ("", "type"): ("Opaque",),
    ("", "reclaimPolicy"): ("Delete",),
    ("", "volumeBindingMode"): ("Immediate",),
    ("azureDisk", "cachingMode"): ("ReadWrite",),
    ("azureDisk", "fsType"): ("ext4",),
    ("azureDisk", "kind"): ("Shared",),
    ("azureDisk", "readOnly"): (False,),
    ("webhooks", "failurePolicy"): ("Fail",),
    ("webhooks", "matchPolicy"): ("Equivalent",),
    ("webhooks", "timeoutSeconds"): (10,),
    ("webhooks", "reinvocationPolicy"): ("Never",),
    ("rules", "scope"): ("*",),
    ("volumeClaimTemplates", "kind"): ("PersistentVolumeClaim",),
    ("volumeClaimTemplates", "apiVersion"): ("v1",),
    ("status", "phase"): ("Pending",),
    ("scaleUp", "stabilizationWindowSeconds"): (0,),
    ("scaleUp", "selectPolicy"): ("Max",),
    ("scaleDown", "selectPolicy"): ("Max",),
    ("scaleDown", "policies"): ([{"type": "Percent", "value": 100, "periodSeconds": 15}],),
    ("scaleUp", "policies"): (
        [
            {"type": "Pods", "value": 4, "periodSeconds": 15},
            {"type": "Percent", "value": 100, "periodSeconds": 15},
        ],
    ),
}
_EMPTY = {"securityContext", "resources", "namespaceSelector", "objectSelector", "strategy", "updateStrategy"}
_GIVEN_BY_SERVER = {
    "clusterIP",
    "clusterIPs",
    "ipFamilies",
    "ipFamilyPolicy",
    "healthCheckNodePort",
    "nodePort",
}
_DROPPED_ZEROS = {
    *("hostNetwork", "hostPID", "hostIPC", "hostPort", "hostIP", "hostname", "subdomain", "nodeName", "host"),
    *("paused", "minReadySeconds", "initialDelaySeconds", "publishNotReadyAddresses", "serviceName"),
    *("stdin", "stdinOnce", "tty", "workingDir", "name", "value", "readOnly", "subPath", "subPathExpr"),
    *("nodePort", "externalName", "loadBalancerIP", "path", "key", "effect", "secretName", "volumeName"),
    *("serviceAccountName", "priorityClassName"),
}


def is_default(at: Path, value: Any, beside: Mapping[str, Any]) -> bool:
    """Whether the server would put this value at this place by itself; `beside` are the fields next to it."""
    parent, name = _place(at)
    if name in _GIVEN_BY_SERVER and parent in {"spec", "ports"}:
        return True
    if (parent, name) in _DERIVED:
        return bool(value == _DERIVED[parent, name](beside))
    if isinstance(value, dict):
        if not value:
            return name in _EMPTY
        return all(is_default((*at, f"f:{key}"), inner, value) for key, inner in value.items())
    return any(value == known and type(value) is type(known) for known in _PER_FIELD.get((parent, name), ()))


def zero_is_dropped(at: Path) -> bool:
    """Whether the server writes no `false`, `0` or `""` at this place: absent and zero are one there."""
    return _place(at)[1] in _DROPPED_ZEROS


def _place(at: Path) -> tuple[str, str]:
    """The field and the field around it; items and positions of lists in between do not count."""
    fields = [step[2:] for step in at if step.startswith("f:")]
    return (fields[-2] if len(fields) > 1 else "", fields[-1] if fields else "")


def _pull_policy(container: Mapping[str, Any]) -> str:
    """Source: SetDefaults_Container: `Always` for the tag latest, also unspoken; a digest is no tag."""
    named, digest, _ = str(container.get("image") or "").partition("@")
    tag = named.rpartition("/")[2].partition(":")[2]
    return "Always" if tag == "latest" or not (tag or digest) else "IfNotPresent"


def _policy_types(spec: Mapping[str, Any]) -> list[str]:
    return ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


_DERIVED: dict[tuple[str, str], Callable[[Mapping[str, Any]], object]] = {
    ("containers", "imagePullPolicy"): _pull_policy,
    ("initContainers", "imagePullPolicy"): _pull_policy,
    ("spec", "policyTypes"): _policy_types,
    ("spec", "serviceAccount"): lambda spec: spec.get("serviceAccountName"),
    ("ports", "targetPort"): lambda port: port.get("port"),
    ("resources", "requests"): lambda resources: resources.get("limits"),
}
