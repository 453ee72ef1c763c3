"""The services from a pushed image to a commit, on the ports of a home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from shared.services.application_rows import ApplicationRows
from shared.services.follow_images import FollowImages
from shared.services.image_index import ImageIndex
from shared.services.image_states import ImageStates
from shared.services.image_work import ImageWork
from shared.services.receive_image import ReceiveImage
from shared.services.trace_rows import TraceRows

if TYPE_CHECKING:
    from shared.ports.clock import Clock
    from shared.ports.commit_api import CommitApi
    from shared.ports.document_store import DocumentStore
    from shared.ports.image_registry import ImageRegistry
    from shared.ports.lease import Leases
    from shared.ports.manifest_tool import ManifestTool
    from shared.ports.random import Random
    from shared.ports.work_queue import WorkQueue
    from shared.services.release_image import ReleaseImage
    from shared.services.update_images import UpdateImages

_GRACE = timedelta(seconds=60)


class ImagePorts(Protocol):
    """What the loop stands on; made when first used."""

    @property
    def documents(self) -> DocumentStore: ...
    @property
    def work(self) -> WorkQueue: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def random(self) -> Random: ...
    @property
    def leases(self) -> Leases: ...
    @property
    def tool(self) -> ManifestTool: ...
    @property
    def images(self) -> ImageRegistry: ...
    @property
    def commits(self) -> CommitApi: ...


@dataclass(frozen=True)
class ImageLoop:
    """Each service is made when it is first used: a door pays for what it opens."""

    ports: ImagePorts
    rows: ApplicationRows
    states: ImageStates
    traces: TraceRows

    @cached_property
    def index(self) -> ImageIndex:
        return ImageIndex(self.ports.documents)

    @cached_property
    def work(self) -> ImageWork:
        return ImageWork(self.ports.documents, self.ports.work, self.ports.clock, self.ports.random)

    @cached_property
    def follow(self) -> FollowImages:
        return FollowImages(self.index, self.states, self.work, self.ports.clock)

    @cached_property
    def receive(self) -> ReceiveImage:
        return ReceiveImage(self.index, self.work, self.traces, self.ports.clock)

    @cached_property
    def update(self) -> UpdateImages:
        from shared.services.plan_bumps import PlanBumps
        from shared.services.update_images import UpdateImages, UpdatingImages

        ports = self.ports
        return UpdateImages(
            UpdatingImages(
                work=self.work,
                index=self.index,
                states=self.states,
                plan=PlanBumps(self.rows, self.states, ports.tool, ports.clock),
                registry=ports.images,
                tool=ports.tool,
                commits=ports.commits,
                traces=self.traces,
                leases=ports.leases,
                clock=ports.clock,
            )
        )

    @cached_property
    def release(self) -> ReleaseImage:
        from shared.services.release_image import ReleaseImage

        return ReleaseImage(self.rows, self.states, self.work)

    def wake_overdue(self) -> None:
        """For the timer: what lost its message, and what no event told of for long."""
        self.work.overdue(_GRACE)
        self.follow.sweep()
