"""The kinds that the sandbox serves from the start, as discovery of a 1.34 server describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.cluster.api_error import Named

ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind in one version.

    `model` names its class in the `kubernetes` package, whose field lists are our schema; "" for custom
    resources, which bring their `schema` (openAPIV3Schema) and `columns` (additionalPrinterColumns). `status`
    and `scale` say which subresources exist, `counts_generation` whether metadata.generation is kept.
    """

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    status: bool = False
    scale: bool = False
    counts_generation: bool = False
    model: str = ""
    singular: str = ""
    verbs: tuple[str, ...] = ALL_VERBS
    schema: Mapping[str, Any] | None = field(default=None, compare=False, hash=False, repr=False)
    columns: tuple[Mapping[str, Any], ...] = field(default=(), compare=False, hash=False, repr=False)

    @property
    def asked_only(self) -> bool:
        """A review: created, answered and forgotten."""
        return self.verbs == ("create",)

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """`deployments.apps`: where its objects are stored, whatever their version."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def named(self, name: str) -> Named:
        """For messages about the resource: `deployments.apps "x"`."""
        return Named(self.group, self.plural, name)

    def of_kind(self, name: str) -> Named:
        """For messages about the content: `Deployment.apps "x"`."""
        return Named(self.group, self.kind, name)


# group version kind plural flags short-names; flags: n namespaced, c cluster, s status, / scale,
# g generation, a category all, e category api-extensions, r asked only and not stored
_TABLE = """
 v1 Namespace namespaces cs ns
 v1 Node nodes cs no
 v1 ConfigMap configmaps n cm
 v1 Secret secrets n
 v1 Service services nsa svc
 v1 ServiceAccount serviceaccounts n sa
 v1 Pod pods nsga po
 v1 Endpoints endpoints n ep
 v1 Event events n ev
 v1 LimitRange limitranges n limits
 v1 ResourceQuota resourcequotas ns quota
 v1 PersistentVolume persistentvolumes cs pv
 v1 PersistentVolumeClaim persistentvolumeclaims ns pvc
apps v1 ControllerRevision controllerrevisions n
apps v1 DaemonSet daemonsets nsga ds
apps v1 Deployment deployments nsg/a deploy
apps v1 ReplicaSet replicasets nsg/a rs
apps v1 StatefulSet statefulsets nsg/a sts
autoscaling v2 HorizontalPodAutoscaler horizontalpodautoscalers nsa hpa
batch v1 CronJob cronjobs nsga cj
batch v1 Job jobs nsga
networking.k8s.io v1 IngressClass ingressclasses cg
networking.k8s.io v1 Ingress ingresses nsg ing
networking.k8s.io v1 NetworkPolicy networkpolicies ng netpol
policy v1 PodDisruptionBudget poddisruptionbudgets nsg pdb
rbac.authorization.k8s.io v1 ClusterRoleBinding clusterrolebindings c
rbac.authorization.k8s.io v1 ClusterRole clusterroles c
rbac.authorization.k8s.io v1 RoleBinding rolebindings n
rbac.authorization.k8s.io v1 Role roles n
storage.k8s.io v1 StorageClass storageclasses c sc
admissionregistration.k8s.io v1 MutatingWebhookConfiguration mutatingwebhookconfigurations cge
admissionregistration.k8s.io v1 ValidatingWebhookConfiguration validatingwebhookconfigurations cge
apiextensions.k8s.io v1 CustomResourceDefinition customresourcedefinitions csge crd,crds
apiregistration.k8s.io v1 APIService apiservices cse
scheduling.k8s.io v1 PriorityClass priorityclasses cg pc
coordination.k8s.io v1 Lease leases n
discovery.k8s.io v1 EndpointSlice endpointslices ng
authentication.k8s.io v1 SelfSubjectReview selfsubjectreviews cr
authorization.k8s.io v1 SelfSubjectAccessReview selfsubjectaccessreviews cr
authorization.k8s.io v1 SelfSubjectRulesReview selfsubjectrulesreviews cr
authorization.k8s.io v1 SubjectAccessReview subjectaccessreviews cr
"""
_MODELS: Mapping[str, str] = {"Event": "CoreV1Event"}


def _parse(line: str) -> Kind:
    group, version, kind, plural, flags, *short = line.split(" ")
    categories = ("all",) if "a" in flags else ("api-extensions",) if "e" in flags else ()
    verbs = tuple(v for v in ALL_VERBS if v != "deletecollection") if kind == "Namespace" else ALL_VERBS
    verbs = ("create",) if "r" in flags else verbs
    return Kind(
        group,
        version,
        kind,
        plural,
        namespaced="n" in flags,
        short_names=tuple(short[0].split(",")) if short else (),
        categories=categories,
        status="s" in flags,
        scale="/" in flags,
        counts_generation="g" in flags,
        model=_MODELS.get(kind, f"{version.capitalize()}{kind}"),
        singular=kind.lower(),
        verbs=verbs,
    )


BUILT_IN: tuple[Kind, ...] = tuple(_parse(line) for line in _TABLE.split("\n") if line)
