"""Vault event → new value in the live Secret: bar < 1 s.

The clock starts when the secret is set in the vault, which is when Event Grid sends its event, and stops when
a watch of the API server shows the Secret with the new value. The timers come every five minutes.
"""

from __future__ import annotations

import base64
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.demo_worlds import NAMESPACE, MeasuredWorld, read_options
from bench.figures import line, say
from bench.process_usage import usage
from bench.sightings import Sightings
from sandbox.demo.vaults import API_KEY
from sandbox.demo.world import TYPES
from shared.domain.manifests.manifest import Manifest

_QUIET_SECONDS = 1.0  # the looks that follow belong to the event's CPU seconds
_SECONDS = 30


class _World(MeasuredWorld):
    def _settings(self, kubeconfig: Path) -> dict[str, str]:
        return {**super()._settings(kubeconfig), "TIDEGATE_VAULT_SCHEDULE": "45 */5 * * * *"}


def main(arguments: Sequence[str] = ()) -> int:
    """Exit status 0; raises TimeoutError when a value does not arrive."""
    options = read_options("secret_to_cluster", __doc__ or "", arguments, cluster="sandbox", times=20)
    live: list[float] = []
    cpu: list[float] = []
    asked: list[float] = []
    with _World(real=options.cluster == "real", state=options.state) as world:
        world.wait_until_healthy()
        with Sightings(world.cluster, TYPES["Secret"], NAMESPACE) as sightings:
            _once(world, sightings, "sk-bench-warm", [], [], [])
            for number in range(options.times):
                _once(world, sightings, f"sk-bench-{number}", live, cpu, asked)
    say(line(f"vault event to Secret ({options.cluster}, {options.state})", live, "s", "< 1 s"))
    say(line("Tidegate's CPU an event", cpu, "s"))
    say(line("requests to the vault an event", asked, ""))
    return 0


def _once(
    world: MeasuredWorld,
    sightings: Sightings,
    value: str,
    live: list[float],
    cpu: list[float],
    asked: list[float],
) -> None:
    before, requests = usage(world.tidegate.pid).cpu_seconds, len(world.vaults.vaults.requests)
    encoded = base64.b64encode(value.encode()).decode()

    def has_it(found: Manifest) -> bool:
        return encoded in (found.get("data") or {}).values()

    began = time.monotonic()
    world.set_secret(API_KEY, value)
    live.append(sightings.first(has_it, began, _SECONDS))
    time.sleep(_QUIET_SECONDS)
    cpu.append(usage(world.tidegate.pid).cpu_seconds - before)
    asked.append(float(len(world.vaults.vaults.requests) - requests))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
