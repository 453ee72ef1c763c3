"""How the health of its objects becomes the health of an Application."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.domain.health.assessment import assess
from shared.domain.health.health import Health, HealthStatus, worst
from shared.domain.manifests.hooks import is_hook, is_skipped
from shared.domain.manifests.manifest import Manifest, annotations_of
from shared.domain.manifests.resource_key import ResourceKey

IGNORE_HEALTHCHECK = "argocd.argoproj.io/ignore-healthcheck"


def application_health(
    resources: Iterable[tuple[ResourceKey, Manifest | None]],
    *,
    healths: Mapping[ResourceKey, Health | None] | None = None,
    itself: ResourceKey | None = None,
) -> Health:
    """Return the worst health of the application's own objects, and in `message` which object it is.

    Args:
        resources: each object of the comparison with its live manifest, None = it does not exist.
        healths: what is already known, e.g. from `workload_health`; all others are assessed here.
        itself: the key of the Application when it declares itself.

    Left out are hooks, what carries ignore-healthcheck, the application itself, and child Applications that
    are Missing or Unknown. A missing object alone does not count (OutOfSync says so already), but no live
    object at all is Missing. No object at all is Healthy.

    Deliberate difference: child Applications count without Lua (see argo_rules.application).
    Source: Argo CD controller/health.go (setApplicationHealth).
    """
    known = healths or {}
    own = [(key, live) for key, live in resources if live is None or not (is_hook(live) or is_skipped(live))]
    if own and all(live is None for _, live in own):
        return Health(
            HealthStatus.MISSING, f"none of {len(own)} objects exists" if len(own) > 1 else f"{own[0][0]}"
        )
    found = [
        (key, health)
        for key, live in own
        if live is not None and key != itself and annotations_of(live).get(IGNORE_HEALTHCHECK) != "true"
        for health in [known[key] if key in known else assess(live)]
        if health is not None and not _is_silent_child(key, health)
    ]
    return _named(found)


def _named(found: list[tuple[ResourceKey, Health]]) -> Health:
    status = worst(health for _, health in found).status
    if status is HealthStatus.HEALTHY:
        return Health(status)
    key, first = next(pair for pair in found if pair[1].status is status)
    others = sum(health.status is status for _, health in found) - 1
    why = f": {first.message}" if first.message else ""
    return Health(status, f"{key}{why}" + (f" (and {others} more)" if others else ""))


def _is_silent_child(key: ResourceKey, health: Health) -> bool:
    is_child = key.group == "argoproj.io" and key.kind == "Application"
    return is_child and health.status in (HealthStatus.MISSING, HealthStatus.UNKNOWN)
