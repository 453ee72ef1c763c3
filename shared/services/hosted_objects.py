"""The objects that live in our store instead of a cluster, kind by kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.specs.app_ref import AppRef
from shared.errors import InvalidSpecError
from shared.services.hosted_applications import CascadeReach, HostedApplications
from shared.services.hosted_sets import HostedSets

_GROUP = "argoproj.io"


class HostedObjects:
    """Every method is safe to run twice. A kind that is not taken over yet does not exist and is refused."""

    def __init__(self, applications: HostedApplications, sets: HostedSets) -> None:
        self._applications, self._sets = applications, sets

    def live(self, parent: AppRef, keys: Iterable[ResourceKey]) -> dict[ResourceKey, Manifest]:
        """Those of the objects that exist and do not belong to another parent, with their status."""
        origin = f"parent:{parent}"
        wanted = list(keys)
        applications = [key for key in wanted if _is(key, "Application")]
        sets = [key for key in wanted if _is(key, "ApplicationSet")]
        return self._applications.live(applications, origin) | self._sets.live(sets, origin)

    def apply(self, parent: AppRef, manifest: Manifest) -> str:
        """Create or update an object of this parent; return what was done in kubectl's words."""
        key = ResourceKey.of(manifest)
        if _is(key, "Application"):
            return self._applications.apply(manifest, f"parent:{parent}")
        if _is(key, "ApplicationSet"):
            return self._sets.apply(manifest, f"parent:{parent}")
        hint = 'Set the annotation tidegate.dev/hosted: "false" on the Application to apply it to the cluster'
        raise InvalidSpecError(str(key), "kind", "is not hosted by Tidegate yet", hint)

    def prune(self, key: ResourceKey) -> str:
        """Have an object removed, with what follows from it."""
        if _is(key, "Application"):
            self._applications.remove(AppRef(key.namespace, key.name))
        elif _is(key, "ApplicationSet"):
            self._sets.remove(AppRef(key.namespace, key.name))
        return "pruned"

    def reach(self, children: Collection[ResourceKey], pruned: Collection[ResourceKey]) -> CascadeReach:
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
        follows = tuple(sorted(going & generated))
        return CascadeReach((*reach.removed, *follows), reach.reachable)


def _is(key: ResourceKey, kind: str) -> bool:
    return key.group == _GROUP and key.kind == kind


def _key(ref: AppRef) -> ResourceKey:
    return ResourceKey(_GROUP, "Application", ref.namespace, ref.name)
