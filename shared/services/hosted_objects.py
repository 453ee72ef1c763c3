"""The objects that live in our store instead of a cluster, kind by kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.app_ref import AppRef
from shared.errors import InvalidSpecError
from shared.services.hosted_applications import CascadeReach, HostedApplications
from shared.services.hosted_secrets import HostedSecrets, is_hosted_secret
from shared.services.hosted_sets import HostedSets

_GROUP = "argoproj.io"


class HostedObjects:
    """Every method is safe to run twice. A kind that is not taken over yet does not exist and is refused."""

    def __init__(self, applications: HostedApplications, sets: HostedSets, secrets: HostedSecrets) -> None:
        self._applications, self._sets, self._secrets = applications, sets, secrets

    def live(self, parent: AppRef, keys: Iterable[ResourceKey]) -> dict[ResourceKey, Manifest]:
        """Those of the objects that exist and do not belong to another parent, with their status."""
        origin = f"parent:{parent}"
        wanted = list(keys)
        applications = [key for key in wanted if _is(key, "Application")]
        sets = [key for key in wanted if _is(key, "ApplicationSet")]
        found = self._applications.live(applications, origin) | self._sets.live(sets, origin)
        return found | self._secrets.live(parent, [key for key in wanted if is_hosted_secret(key)])

    def apply(self, parent: AppRef, manifest: Manifest) -> str:
        """Create or update an object of this parent; return what was done in kubectl's words."""
        key = ResourceKey.of(manifest)
        if _is(key, "Application"):
            return self._applications.apply(manifest, f"parent:{parent}")
        if _is(key, "ApplicationSet"):
            return self._sets.apply(manifest, f"parent:{parent}")
        if is_hosted_secret(key):
            return self._secrets.apply(parent, manifest)
        hint = 'Set the annotation tidegate.dev/hosted: "false" on the Application to apply it to the cluster'
        raise InvalidSpecError(str(key), "kind", "is not hosted by Tidegate yet", hint)

    def prune(self, parent: AppRef, key: ResourceKey) -> str:
        """Have an object of this parent removed, with what follows from it."""
        if _is(key, "Application"):
            self._applications.remove(AppRef(key.namespace, key.name))
        elif _is(key, "ApplicationSet"):
            self._sets.remove(AppRef(key.namespace, key.name))
        elif is_hosted_secret(key):
            self._secrets.remove(parent, key)
        return "pruned"

    def targets(self, parent: AppRef, keys: Iterable[ResourceKey]) -> dict[ResourceKey, ResourceKey]:
        """ExternalSecret → the Secret in the cluster that it owns."""
        return self._secrets.targets(parent, [key for key in keys if is_hosted_secret(key)])

    def reach(
        self, parent: AppRef, children: Collection[ResourceKey], pruned: Collection[ResourceKey]
    ) -> CascadeReach:
        """Count what hangs on these children, and name what goes when `pruned` go."""
        applications = {key for key in children if _is(key, "Application")}
        going = {key for key in pruned if _is(key, "Application")}
        generated: set[ResourceKey] = set()
        for key in children:
            if _is(key, "ApplicationSet"):
                own = {_key(ref) for ref in self._sets.generated(AppRef(key.namespace, key.name))}
                generated |= own
                going |= own if key in pruned else set()
        reach = self._applications.reach(applications | generated, going)
        targets = self.targets(parent, children)
        follows = sorted(going & generated) + sorted(targets[key] for key in pruned if key in targets)
        hosted = sum(is_hosted_secret(key) for key in children)
        return CascadeReach((*reach.removed, *follows), reach.reachable + hosted + len(targets))


def _is(key: ResourceKey, kind: str) -> bool:
    return key.group == _GROUP and key.kind == kind


def _key(ref: AppRef) -> ResourceKey:
    return ResourceKey(_GROUP, "Application", ref.namespace, ref.name)
