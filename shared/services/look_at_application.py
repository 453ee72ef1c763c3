"""Source → render → compare: what one application should be, is, and how the two differ."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from shared.domain.compare.comparison import Comparison
from shared.domain.manifests.content_hash import content_hash
from shared.domain.manifests.hooks import hook_phases
from shared.domain.manifests.manifest import labels_of, metadata_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.tracking import INSTALLATION, tracked_by
from shared.domain.record.application_status import ApplicationStatus, Condition, HistoryEntry
from shared.domain.record.observation import observed
from shared.domain.render.desired_state import DesiredState
from shared.domain.render.render_plan import ClusterFacts
from shared.domain.specs.app_ref import AppRef
from shared.domain.specs.application import Application
from shared.domain.specs.noted_options import noted_options
from shared.errors import InvalidSpecError, TidegateError
from shared.ports.clock import Clock
from shared.ports.cluster_objects import ClusterObjects
from shared.services.application_rows import ApplicationRows, StoredApplication
from shared.services.application_scene import Scene
from shared.services.cluster_versions import ClusterVersions
from shared.services.clusters import Clusters, ConnectedCluster
from shared.services.compare_application import CompareApplication, Sides
from shared.services.execute_tasks import Site
from shared.services.follow_images import FollowImages, follows_images
from shared.services.hosted_objects import HostedObjects
from shared.services.installation import Installation
from shared.services.judge_health import JudgeHealth
from shared.services.observe_cluster import ObserveCluster
from shared.services.render_application import RenderApplication
from shared.services.repository_index import RepositoryIndex
from shared.services.resolve_sources import (
    FRESH,
    Resolution,
    ResolveSources,
    chosen_revisions,
    history_entry,
    unpinned,
    with_sources_of,
)
from shared.services.served_types import ServedTypes


@dataclass(frozen=True, slots=True)
class Looking:
    """The services that a look needs, in the order of the flow."""

    rows: ApplicationRows
    index: RepositoryIndex
    follow_images: FollowImages
    resolve: ResolveSources
    render: RenderApplication
    clusters: Clusters
    observe: ObserveCluster
    compare: CompareApplication
    judge: JudgeHealth
    hosted: HostedObjects
    installation: Installation
    clock: Clock
    control_namespace: str


class LookAtApplication:
    """Writes nothing to the cluster. Raises every TidegateError that a look may meet."""

    def __init__(self, looking: Looking) -> None:
        self._use = looking
        self._version = ClusterVersions(looking.clock)

    def __call__(self, stored: StoredApplication, status: ApplicationStatus) -> Scene:
        app, pinned = self._spec(stored, status)
        # who follows nothing is looked at once a change: it may have followed something before
        if status.generation != stored.generation or follows_images(app):
            self._use.follow_images(app)
        resolution: Resolution | None = None
        try:
            resolution = self._resolved(app, status)
            return self._seen(stored, status, app, pinned, resolution)
        except TidegateError:
            # nobody knows what the render that works will read: any push to its repositories may mend it
            self._use.index.track(stored.ref, _any_path(app))
            if resolution is not None and self._use.resolve.is_behind(app, resolution.heads):
                return self(stored, status)  # a push came before we were known to read it
            raise

    def is_behind(self, scene: Scene) -> bool:
        """Whether the sources have moved on, while we looked or while an operation held its revision."""
        return self._use.resolve.is_behind(scene.app, scene.resolution.revisions)

    def _resolved(self, app: Application, status: ApplicationStatus) -> Resolution:
        chosen = chosen_revisions(status, status.operation)
        # a person who asks for a sync means what is in Git now, as in Argo CD
        fresh = bool(FRESH & set(status.wake.reasons)) or (status.requested is not None and not chosen)
        return self._use.resolve(app, chosen, fresh=fresh)

    def _seen(
        self,
        stored: StoredApplication,
        status: ApplicationStatus,
        app: Application,
        pinned: HistoryEntry | None,
        resolution: Resolution,
    ) -> Scene:
        if status.pin and status.pin.rejected != resolution.heads:
            return self(stored, unpinned(status, resolution.heads))
        connected = self._use.clusters.at(app.destination)
        types = ServedTypes(connected.cluster.discovery)
        status, state = self._rendered(app, self._stamp(status, "resolved"), resolution, types, connected)
        site, tracked = self._site(app, state, status, connected.cluster.objects, types)
        found = _already_ours(app, site)
        scene = Scene(
            stored=stored,
            app=app,
            status=replace(status, managed=status.managed or self._is_labelled(site, found)),
            resolution=resolution,
            site=site,
            tracked=tracked | found,
            comparison=Comparison(resolution.revisions, ()),
            parameters=content_hash({"spec": stored.manifest["spec"]}),
            pinned=pinned,
            restored=self._is_restored(status, site, found),
        )
        scene = self.again(scene)
        return replace(scene, status=self._stamp(scene.status, "compared"))

    def _rendered(
        self,
        app: Application,
        status: ApplicationStatus,
        resolution: Resolution,
        types: ServedTypes,
        connected: ConnectedCluster,
    ) -> tuple[ApplicationStatus, DesiredState]:
        facts = ClusterFacts(self._version(connected), types.api_versions())
        desired = self._use.render(app, resolution, types, facts, self._use.installation())
        _refuse_hooks(app, desired.state)
        # indexed before anything is done with it: the next push finds its way by it
        self._use.index.track(app.ref, desired.reads)
        now = self._use.clock.now()
        noted = noted_options(app.sync_policy.options, desired.state.objects)
        warnings = tuple(Condition(*warning, now) for warning in (*desired.state.warnings, *noted))
        status = replace(
            self._stamp(status, "rendered"), source_types=desired.source_types, conditions=warnings
        )
        return status, desired.state

    def again(self, scene: Scene) -> Scene:
        """Compare with the live objects that are at hand now; nothing is rendered or read."""
        site = scene.site
        sides = Sides(site.desired, site.hosted, site.live, scene.tracked, scene.status.verified)
        compared = self._use.compare(scene.app, sides, site.objects, site.types, scene.resolution.revisions)
        health = self._use.judge(site.live, site.objects, site.types)
        itself = ResourceKey("argoproj.io", "Application", scene.app.ref.namespace, scene.app.ref.name)
        status = observed(scene.status, compared.comparison, health, scene.tracked, itself)
        status = replace(status, verified=compared.verified, reconciled_at=self._use.clock.now())
        return replace(scene, comparison=compared.comparison, health=health, status=status)

    def _spec(
        self, stored: StoredApplication, status: ApplicationStatus
    ) -> tuple[Application, HistoryEntry | None]:
        wanted = status.pin.history_id if status.pin else None
        if status.requested is not None:
            wanted = status.requested.history_id
        entry = history_entry(self._use.rows.history(stored.ref), wanted) if wanted is not None else None
        app = Application.parse(with_sources_of(stored.manifest, entry))
        subject = f"Application {app.ref}"
        if waiting := app.unsupported():
            raise InvalidSpecError(subject, "spec", f"asks for what is not there yet: {'; '.join(waiting)}")
        if app.project != "default":
            problem = f"is {app.project!r}, and there are no other projects than default yet"
            raise InvalidSpecError(subject, "spec.project", problem, "Use default")
        return app, entry

    def _site(
        self,
        app: Application,
        state: DesiredState,
        status: ApplicationStatus,
        objects: ClusterObjects,
        types: ServedTypes,
    ) -> tuple[Site, frozenset[ResourceKey]]:
        desired = {ResourceKey.of(manifest): manifest for manifest in (*state.objects, *state.hosted)}
        before = {resource.key: resource for resource in status.resources}
        declared = state.declared()
        tracked = frozenset(
            key for key, found in before.items() if found.tracked and (key in desired or key not in declared)
        )
        hosted = {ResourceKey.of(manifest) for manifest in state.hosted}
        hosted |= {key for key in tracked if before[key].hosted}
        wanted = set(desired) | tracked
        versions = {key: str(found["apiVersion"]).rpartition("/")[2] for key, found in desired.items()}
        live = self._use.observe(objects, types, wanted - hosted, versions)
        live |= self._use.hosted.live(app.ref, sorted(hosted))
        return Site(app, objects, types, desired, live, frozenset(hosted), self._declares), tracked

    def _is_labelled(self, site: Site, found: Collection[ResourceKey]) -> bool:
        """Whether drift scans would list it. Argo CD writes the same annotation, but not our label."""
        ours = self._use.installation()
        return any(
            labels_of(site.live[key]).get(INSTALLATION) == ours for key in found if key not in site.hosted
        )

    def _is_restored(self, status: ApplicationStatus, site: Site, found: Collection[ResourceKey]) -> bool:
        """Whether objects of ours are older than this store, which was lost, and this is the first look."""
        if status.last is not None or status.operation is not None or status.paused_at or not found:
            return False
        made = self._use.installation.created_at()
        stamps = (str(metadata_of(site.live[key]).get("creationTimestamp") or "") for key in found)
        return any(datetime.fromisoformat(stamp) < made for stamp in stamps if stamp)

    def _declares(self, instance: str) -> bool:
        """Whether an application of ours bears this name: `name`, or `namespace_name` outside of control."""
        names = [AppRef(self._use.control_namespace, instance)]
        namespace, underscore, name = instance.partition("_")
        if underscore:
            names.append(AppRef(namespace, name))
        return any(self._use.rows.application(ref) is not None for ref in names)

    def _stamp(self, status: ApplicationStatus, stage: str) -> ApplicationStatus:
        """Note when a change reached a stage, once."""
        return replace(status, clock=status.clock.reached(stage, self._use.clock.now()))


def _any_path(app: Application) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every source of the application, with no path: that means any."""
    reads: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for source in app.sources:
        targets, _ = reads.get(source.repo_url, ((), ()))
        reads[source.repo_url] = ((*targets, source.target_revision), ())
    return reads


def _already_ours(app: Application, site: Site) -> frozenset[ResourceKey]:
    """The desired objects that exist and say that they belong to this application."""
    return frozenset(
        key
        for key in site.desired
        if key in site.live and (key in site.hosted or tracked_by(site.live[key]) == app.instance_name)
    )


def _refuse_hooks(app: Application, state: DesiredState) -> None:
    """Hooks that would run are not built yet; to apply the rest without them would be no sync."""
    running = [hook for hook in state.hooks if hook_phases(hook)]
    if running:
        names = ", ".join(f"{hook['kind']} {hook['metadata'].get('name', '')}" for hook in running)
        raise InvalidSpecError(
            f"Application {app.ref}",
            "manifests",
            f"hold hooks, which are not run yet: {names}",
            "Remove them, or sync this application with Argo CD for now",
        )
