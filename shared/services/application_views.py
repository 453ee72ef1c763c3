"""What can be read of one application beside its status, each made when it is first asked for."""

from __future__ import annotations

from functools import cached_property

from shared.ports.git_repository import GitRepository
from shared.services.live_objects import ReadLiveObjects
from shared.services.look_at_application import LookAtApplication, Looking
from shared.services.show_differences import ShowDifferences
from shared.services.show_events import ShowEvents
from shared.services.show_logs import ShowLogs
from shared.services.show_manifests import ShowManifests
from shared.services.show_resource import ShowResource


class ApplicationViews:
    """Nothing here writes; no value of a Secret comes out of it."""

    def __init__(self, looking: Looking, read: ReadLiveObjects, git: GitRepository) -> None:
        self._looking, self._read, self._git = looking, read, git

    @cached_property
    def logs(self) -> ShowLogs:
        return ShowLogs(self._read, self._looking.clock)

    @cached_property
    def events(self) -> ShowEvents:
        return ShowEvents(self._read)

    @cached_property
    def resource(self) -> ShowResource:
        return ShowResource(self._read)

    @cached_property
    def differences(self) -> ShowDifferences:
        return ShowDifferences(self._looking.rows, LookAtApplication(self._looking))

    @cached_property
    def manifests(self) -> ShowManifests:
        return ShowManifests(self._looking, self._git)
