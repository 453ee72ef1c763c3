"""Kinds that exist for the length of one test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from shared.domain.manifests.resource_type import ResourceType
from shared.errors import NotFoundError, UnavailableError
from shared.ports.cluster_objects import Propagation
from tests.controlplane.cluster_world import ClusterWorld
from tests.controlplane.objects import custom_resource_definition
from tests.controlplane.polling import eventually


@contextmanager
def served(world: ClusterWorld, kind: str) -> Iterator[ResourceType]:
    """Apply a CustomResourceDefinition in a group of its own, and yield the kind once it is served."""
    plural, group = f"{kind.lower()}s", f"g{uuid.uuid4().hex[:8]}.tidegate.test"
    definitions = world.type("CustomResourceDefinition", "apiextensions.k8s.io")
    world.objects.apply(definitions, custom_resource_definition(plural, kind, group))
    try:
        type = eventually(lambda: _found(world, group), f"{kind} is served")
        eventually(lambda: _answers(world, type), f"lists and watches of {kind} are answered")
        yield type
    finally:
        world.objects.delete(definitions, "", f"{plural}.{group}", propagation=Propagation.BACKGROUND)


def _found(world: ClusterWorld, group: str) -> ResourceType | None:
    return next((each for each in world.discovery.types(fresh=True) if each.group == group), None)


def _answers(world: ClusterWorld, type: ResourceType) -> bool:
    """Lists and watches: the real server keeps refusing a watch for a moment after its first list."""
    try:
        *_, page = world.objects.list_pages(type)
        list(world.watch.watch(type, resource_version=page.resource_version, seconds=1))
    except (NotFoundError, UnavailableError):
        return False
    return True
