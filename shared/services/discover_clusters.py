"""Use case of the timer: register the clusters that bear our tag."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from shared.domain.specs.aks_id import AksId
from shared.errors import ConflictError, TidegateError
from shared.ports.clock import Clock
from shared.ports.document_store import Document, DocumentStore
from shared.services.register_cluster import RegisterCluster

log = logging.getLogger(__name__)
_ROW = ("cluster-discovery", "last")
_INTERVAL = timedelta(minutes=10)


class DiscoverClusters:
    """Asks at most every ten minutes, whoever runs the timer: Azure counts the questions."""

    def __init__(
        self,
        found: Callable[[], Iterable[AksId]],
        register: RegisterCluster,
        documents: DocumentStore,
        clock: Clock,
    ) -> None:
        self._found, self._register, self._documents, self._clock = found, register, documents, clock

    def __call__(self) -> list[str]:
        """Return the names of the clusters that are new. What fails is logged: the next turn tries again."""
        if not self._take_turn():
            return []
        try:
            added = self._register.discovered(self._found())
        except TidegateError as error:
            log.warning("clusters not looked for", extra={"error": str(error)})
            return []
        if added:
            log.info("clusters found by tag", extra={"clusters": added})
        return added

    def _take_turn(self) -> bool:
        now, found = self._clock.now(), self._documents.get(*_ROW)
        if found and now - datetime.fromisoformat(found.body["at"]) < _INTERVAL:
            return False
        try:
            self._documents.put(Document(*_ROW, {"at": now.isoformat()}, found.etag if found else None))
        except ConflictError:  # another process has just begun
            return False
        return True
