"""From what the tool rendered to what shall exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from shared.domain.manifests.default_exclusions import is_excluded
from shared.domain.manifests.hooks import is_hook, is_skipped
from shared.domain.manifests.manifest import Manifest, metadata_of
from shared.domain.manifests.resource_key import ResourceKey
from shared.domain.manifests.tracking import group_of, with_tracking
from shared.domain.render.hosted_kinds import hosted_scope, is_hosted_kind
from shared.domain.render.kind_scopes import Scope, scope_with_crds
from shared.domain.specs.application import Application
from shared.errors import RenderError

REPEATED_RESOURCE_WARNING = "RepeatedResourceWarning"
EXCLUDED_RESOURCE_WARNING = "ExcludedResourceWarning"


class Condition(NamedTuple):
    """What people are told about an Application, as Argo CD's conditions: type and message."""

    type: str
    message: str


@dataclass(frozen=True, slots=True)
class DesiredState:
    """Everything that one Application declares, in the order of the tool.

    `objects` are applied to the cluster, `hosted` are taken by Tidegate itself, `hooks` run at their moment
    and `skipped` are left alone: neither applied, nor compared, nor pruned. `objects` and `hooks` carry the
    tracking annotation and label (but CRDs), `hosted` do not: their row names its parent.
    """

    objects: tuple[Manifest, ...]
    hosted: tuple[Manifest, ...] = ()
    hooks: tuple[Manifest, ...] = ()
    skipped: tuple[Manifest, ...] = ()
    warnings: tuple[Condition, ...] = ()

    def declared(self) -> frozenset[ResourceKey]:
        """The keys of all of it: a live object with one of these keys is never pruned."""
        named = (
            manifest
            for part in (self.objects, self.hosted, self.hooks, self.skipped)
            for manifest in part
            if metadata_of(manifest).get("name")
        )
        return frozenset(ResourceKey.of(manifest) for manifest in named)


def desired_state(
    objects: Iterable[Manifest], app: Application, scope: Scope, installation_id: str
) -> DesiredState:
    """Give rendered objects their namespace and tracking, and sort them by what becomes of them.

    Args:
        objects: as rendered; lists are flattened, the sources' objects one after the other.
        app: namespaces come from its destination, ids from its instance name.
        scope: is `(group, kind)` namespaced in the cluster? None when the cluster does not know the kind;
            CRDs among the objects answer then, else it counts as namespaced.
        installation_id: the value of the installation label.

    Raises:
        RenderError: an object without kind, apiVersion or name, or a namespaced one that gets no namespace.

    Source: Argo CD NormalizeTargetObjects (controller/state.go): of two objects with one key the last wins.
    """
    flat = list(_flattened(objects))
    checked = _Checked(app, scope_with_crds(flat, scope))
    kept, warnings = _without_repetitions([checked.manifest(item, at) for at, item in enumerate(flat)])
    warnings += [_excluded_warning(manifest) for manifest in kept if is_excluded(manifest)]
    parts: dict[str, list[Manifest]] = {"objects": [], "hosted": [], "hooks": [], "skipped": []}
    for manifest in kept:
        if not is_excluded(manifest):
            parts[_part_of(manifest, app)].append(manifest)
    namespace = app.destination.namespace

    def tracked(part: str) -> tuple[Manifest, ...]:
        return tuple(
            with_tracking(manifest, app.instance_name, installation_id, destination_namespace=namespace)
            for manifest in parts[part]
        )

    return DesiredState(
        tracked("objects"), tuple(parts["hosted"]), tracked("hooks"), tuple(parts["skipped"]), tuple(warnings)
    )


def _part_of(manifest: Manifest, app: Application) -> str:
    if is_skipped(manifest):
        return "skipped"
    if is_hook(manifest):
        return "hooks"
    hosted = app.hosted and is_hosted_kind(group_of(manifest), str(manifest["kind"]))
    return "hosted" if hosted else "objects"


def _flattened(objects: Iterable[Manifest]) -> Iterator[Manifest]:
    """Yield the items of lists in their place; a list without items is nothing.

    Source: Argo CD GenerateManifests (IsList, isNullList).
    """
    for manifest in objects:
        items = manifest.get("items", "no list") if isinstance(manifest, dict) else "no list"
        if isinstance(items, list):
            yield from items
        elif items is not None or "spec" in manifest or "status" in manifest:
            yield manifest


@dataclass(frozen=True, slots=True)
class _Checked:
    app: Application
    scope: Scope

    def manifest(self, manifest: Any, index: int) -> Manifest:
        """The object with the right namespace, or an error that says which object is wrong and how."""
        if not isinstance(manifest, dict):
            raise self._error(index, f"is {type(manifest).__name__}, not an object", "Check the indentation")
        kind = manifest.get("kind")
        if not isinstance(kind, str) or not kind:
            raise self._error(index, "has no kind", "Every object needs apiVersion, kind and metadata.name")
        version = manifest.get("apiVersion")
        if not isinstance(version, str) or not version.rpartition("/")[2]:
            raise self._error(index, f"({kind}) has no apiVersion", "For the core group write v1")
        self._check_names(manifest, index)
        return self._placed(manifest)

    def _check_names(self, manifest: Manifest, index: int) -> None:
        kind, metadata = manifest["kind"], metadata_of(manifest)
        for field in ("name", "generateName", "namespace"):
            if not isinstance(metadata.get(field), str | None):
                problem = f"({kind}) has a metadata.{field} that is no text"
                raise self._error(index, problem, "Put it in quotes")
        if metadata.get("name"):
            return
        if not metadata.get("generateName"):
            raise self._error(index, f"({kind}) has no metadata.name", "Give it a name")
        if not is_hook(manifest):
            problem = f"({kind}) has generateName instead of a name, which only hooks may have"
            hint = "Give it a name, or the annotation argocd.argoproj.io/hook"
            raise self._error(index, problem, hint)

    def _placed(self, manifest: Manifest) -> Manifest:
        """Put the destination namespace where one is missing; take it away from cluster-scoped objects."""
        group, kind = group_of(manifest), str(manifest["kind"])
        metadata = metadata_of(manifest)
        namespaced = self.scope(group, kind)
        if namespaced is None and is_hosted_kind(group, kind):
            namespaced = hosted_scope(group, kind)
        if namespaced is False:
            if "namespace" not in metadata:
                return manifest
            return {**manifest, "metadata": {k: v for k, v in metadata.items() if k != "namespace"}}
        if metadata.get("namespace"):
            return manifest
        namespace = self.app.destination.namespace
        if not namespace and namespaced:
            raise RenderError(
                f"Application {self.app.ref}: {kind} {metadata.get('name') or metadata.get('generateName')} "
                "has no metadata.namespace, and spec.destination.namespace is empty. Add one of them"
            )
        return {**manifest, "metadata": {**metadata, "namespace": namespace}} if namespace else manifest

    def _error(self, index: int, problem: str, hint: str) -> RenderError:
        return RenderError(f"Application {self.app.ref}: object {index + 1} of the render {problem}. {hint}")


def _without_repetitions(manifests: list[Manifest]) -> tuple[list[Manifest], list[Condition]]:
    """Keep the last of the objects with one key, in its place, and name the places of all of them."""
    places: dict[object, list[int]] = {}
    for index, manifest in enumerate(manifests):
        named = metadata_of(manifest).get("name")
        places.setdefault(ResourceKey.of(manifest) if named else index, []).append(index)
    warnings = [
        Condition(
            REPEATED_RESOURCE_WARNING,
            f"{key} appears {len(found)} times among the rendered objects, as objects "
            f"{' and '.join(str(index + 1) for index in found)}; the last one counts",
        )
        for key, found in places.items()
        if len(found) > 1
    ]
    last = {found[-1] for found in places.values()}
    return [manifest for index, manifest in enumerate(manifests) if index in last], warnings


def _excluded_warning(manifest: Manifest) -> Condition:
    group, kind, name = group_of(manifest), manifest["kind"], metadata_of(manifest).get("name")
    return Condition(EXCLUDED_RESOURCE_WARNING, f"Resource {group}/{kind} {name} is excluded in the settings")
