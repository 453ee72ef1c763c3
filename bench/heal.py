"""Replicas changed by hand from 3 to 5 are 3 again: bar <= 0.3 s median (Argo CD 3.5.1: 0.55 s).

The clock starts when the API server has answered the change by hand and stops when a watch shows the
Deployment with 3 replicas. Self-heal backs off between heals of one revision (2, 6, 18 s), so each change by
hand follows a push that moves the image: what is measured is the first heal of a revision.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from bench.demo_worlds import APPLICATION, DEPLOYMENT, NAMESPACE, MeasuredWorld, read_options
from bench.figures import line, say
from bench.sightings import Sightings
from sandbox.demo.world import TYPES, eventually
from shared.domain.manifests.manifest import Manifest

_SECONDS = 30
_QUIET_SECONDS = 1.0


def main(arguments: Sequence[str] = ()) -> int:
    """Exit status 0; raises TimeoutError when a change is not healed."""
    options = read_options("heal", __doc__ or "", arguments, cluster="real", times=10)
    with MeasuredWorld(real=options.cluster == "real") as world:
        world.wait_until_healthy()
        with Sightings(world.cluster, TYPES["Deployment"], NAMESPACE) as sightings:
            _once(world, sightings, "3.0.0")  # the first pays for connections and code
            healed = [_once(world, sightings, f"3.1.{number}") for number in range(options.times)]
    say(line(f"heal 3 -> 5 -> 3 ({options.cluster})", healed, "s", "<= 0.3 s"))
    return 0


def _once(world: MeasuredWorld, sightings: Sightings, tag: str) -> float:
    commit = world.bump(tag)
    if not eventually(lambda: world.settled(commit), _SECONDS, every=0.2):
        raise TimeoutError(f"{APPLICATION} did not become Healthy at {commit[:7]}")
    time.sleep(_QUIET_SECONDS)
    before = time.monotonic()
    world.scale(NAMESPACE, DEPLOYMENT, 5)
    changed = time.monotonic()
    sightings.first(lambda found: _replicas(found) == 5, before, _SECONDS)
    return before + sightings.first(_Back(), before, _SECONDS) - changed


class _Back:
    """Met by the first state with 3 replicas after one with 5."""

    def __init__(self) -> None:
        self._scaled = False

    def __call__(self, found: Manifest) -> bool:
        self._scaled = self._scaled or _replicas(found) == 5
        return self._scaled and _replicas(found) == 3


def _replicas(found: Manifest) -> int:
    return int(found["spec"]["replicas"]) if found["metadata"]["name"] == DEPLOYMENT else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
