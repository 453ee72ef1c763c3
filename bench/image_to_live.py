"""Registry event → commit (bar < 1 s) → new image in the live Deployment spec (bar < 2 s).

The clock starts when the image is in the registry, which is when that sends its webhook; the first stop is
when the branch has the commit, the second when a watch of the API server shows the new tag. The poll is
set to three minutes, so that it cannot help.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from bench.demo_worlds import MeasuredWorld, read_options
from bench.figures import line, say
from bench.sightings import Sightings
from sandbox.demo.world import REPOSITORY, TYPES, eventually
from shared.domain.manifests.manifest import Manifest

_IMAGE, _NAMESPACE, _SECONDS = "docs-site", "docs", 30
_QUIET_SECONDS = 1.0


def main(arguments: Sequence[str] = ()) -> int:
    """Exit status 0; raises TimeoutError when an image does not arrive."""
    options = read_options("image_to_live", __doc__ or "", arguments, cluster="sandbox", times=20)
    commits, lives = [], []
    with MeasuredWorld(real=options.cluster == "real", state=options.state) as world:
        world.wait_until_healthy()
        with Sightings(world.cluster, TYPES["Deployment"], _NAMESPACE) as sightings:
            _once(world, sightings, "2027.99")  # the first pays for connections, tokens and code
            for number in range(options.times):
                committed, live = _once(world, sightings, f"2028.{number}")
                commits.append(committed)
                lives.append(live)
    where = f"({options.cluster}, {options.state})"
    say(line(f"registry event to commit {where}", commits, "s", "< 1 s"))
    say(line(f"registry event to live {where}", lives, "s", "< 2 s"))
    return 0


def _once(world: MeasuredWorld, sightings: Sightings, tag: str) -> tuple[float, float]:
    before = _head(world)
    began = time.monotonic()
    world.push_image(_IMAGE, tag)
    if not eventually(lambda: _head(world) != before, _SECONDS, every=0.005):
        raise TimeoutError(f"{_IMAGE}:{tag} was not committed")
    committed = time.monotonic() - began
    live = sightings.first(lambda found: _image(found).endswith(f":{tag}"), began, _SECONDS)
    time.sleep(_QUIET_SECONDS)  # the rollout is no part of the next one
    return committed, live


def _head(world: MeasuredWorld) -> str:
    return world.git.refs(REPOSITORY)["refs/heads/main"]


def _image(found: Manifest) -> str:
    if found["metadata"]["name"] != _IMAGE:
        return ""
    return str(found["spec"]["template"]["spec"]["containers"][0]["image"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
