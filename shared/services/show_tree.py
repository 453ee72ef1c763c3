"""Use case: every object of an application and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import Any

from shared.domain.compare.comparison import ResourceDiff
from shared.domain.manifests.manifest import Manifest
from shared.domain.record.application_status import ResourceStatus
from shared.domain.specs.app_ref import AppRef
from shared.domain.views.resource_tree import resource_tree
from shared.services.change_signal import ChangeSignal
from shared.services.live_objects import ReadLiveObjects

_TICK_SECONDS = 1.0


class ShowTree:
    """Reads the cluster now: what is shown is what is there."""

    def __init__(self, read: ReadLiveObjects, signal: ChangeSignal, look_seconds: float = 3.0) -> None:
        self._read, self._signal, self._look_seconds = read, signal, look_seconds

    def __call__(self, ref: AppRef) -> dict[str, Any]:
        """Return Argo CD's ApplicationTree. Raises NotFoundError, and UnavailableError of the cluster."""
        found = self._read(ref)
        healths = {each.key: each.health for each in found.resources if each.health is not None}
        managed = [_node(each, found.live.get(each.key)) for each in found.resources]
        return resource_tree(managed, found.made, healths=healths)

    def stream(self, ref: AppRef) -> Iterator[dict[str, Any] | None]:
        """Yield the tree, and the whole tree again when it is another; None at least once a second.

        It is read when the application was written in this process, and every `look_seconds`: Pods come and
        go without it. Errors as above, also later.
        """
        mark, shown = self._signal.now(), self(ref)
        yield shown
        looked = monotonic()
        while True:
            mark, written = self._signal.wait(mark, _TICK_SECONDS)
            if str(ref) not in written and monotonic() - looked < self._look_seconds:
                yield None
                continue
            before, shown = shown, self(ref)
            looked = monotonic()
            yield shown if shown != before else None


def _node(resource: ResourceStatus, live: Manifest | None) -> ResourceDiff:
    group, version = resource.key.group, resource.version
    shown: Manifest = {"apiVersion": f"{group}/{version}" if group else version}
    return ResourceDiff(resource.key, shown, live, hosted=resource.hosted)
