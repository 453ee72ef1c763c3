"""See by a watch, not by asking again and again, when a live object gets somewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from shared.domain.manifests.manifest import Manifest
from shared.domain.manifests.resource_type import ResourceType
from shared.errors import TidegateError
from shared.ports.cluster_connector import Cluster
from shared.ports.cluster_watch import ChangeKind

_WATCH_SECONDS = 900


class Sightings:
    """Every state of the objects of one kind in one namespace, with the moment (monotonic) of its arrival."""

    def __init__(self, cluster: Cluster, type: ResourceType, namespace: str) -> None:
        self._cluster, self._type, self._namespace = cluster, type, namespace
        self._changed = threading.Condition()
        self._seen: list[tuple[float, Manifest]] = []

    def __enter__(self) -> Self:
        version = ""
        for page in self._cluster.objects.list_pages(self._type, namespace=self._namespace):
            version = page.resource_version
        threading.Thread(target=self._follow, args=(version,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The thread ends with its stream or with the process."""

    def first(self, met: Callable[[Manifest], bool], since: float, seconds: float) -> float:
        """Wait for a state that meets it, arrived after `since`; return the seconds from `since` to it.

        Raises TimeoutError after `seconds`.
        """
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                for moment, manifest in self._seen:
                    if moment >= since and met(manifest):
                        return moment - since
                if not self._changed.wait(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError(f"not seen in {seconds:.0f} s")

    def _follow(self, version: str) -> None:
        changes = self._cluster.watch.watch(
            self._type, resource_version=version, namespace=self._namespace, seconds=_WATCH_SECONDS
        )
        try:
            for change in changes:
                if change.kind is ChangeKind.BOOKMARK:
                    continue
                with self._changed:
                    self._seen.append((time.monotonic(), change.object.manifest()))
                    self._changed.notify_all()
        except TidegateError:  # the cluster goes before we do: whoever waits says that nothing came
            return
