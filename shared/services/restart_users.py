"""Use case: workloads that use a Secret which has changed start again."""

from __future__ import annotations

import logging

from shared.domain.manifests.resource_type import ResourceType
from shared.domain.secrets.external_secret import ExternalSecret
from shared.domain.secrets.restart import restarted, uses_secret
from shared.domain.secrets.target_secret import manager_of
from shared.ports.cluster_objects import ClusterObjects

log = logging.getLogger(__name__)
_WORKLOADS = tuple(
    ResourceType("apps", "v1", kind, f"{kind.lower()}s", namespaced=True)
    for kind in ("Deployment", "StatefulSet", "DaemonSet")
)


def restart_users(objects: ClusterObjects, secret: ExternalSecret, fingerprint: str) -> int:
    """Roll out each workload of the namespace that uses the Secret; return how many. Safe to run twice.

    Raises what the cluster refuses: then it is tried again with the whole refresh.
    """
    done = 0
    for type_ in _WORKLOADS:
        for page in objects.list_pages(type_, namespace=secret.namespace):
            for item in page.items:
                workload = item.manifest()
                if not item.deleting and uses_secret(workload, secret.target):
                    objects.apply(type_, restarted(workload, secret, fingerprint), manager=manager_of(secret))
                    done += 1
    log.info("restarted who uses the secret", extra={"workloads": done})
    return done
