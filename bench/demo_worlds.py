"""The demo's world for measurements: with the timers of a real installation, and a cluster to choose."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sandbox.demo.checks import all_healthy
from sandbox.demo.storage import STATES
from sandbox.demo.world import DemoWorld, eventually

VALUES = "charts/ai-app/values.yaml"
APPLICATION, NAMESPACE, DEPLOYMENT = "ai-app-production", "production", "ai-app"
_READY_SECONDS = 180


class MeasuredWorld(DemoWorld):
    """Polls and drift scans come every three minutes, as outside of the demo: they do not help a push."""

    def __init__(self, *, real: bool, state: str = "sqlite") -> None:
        super().__init__(real=real, state=state, poll="0 */3 * * * *")

    def wait_until_healthy(self) -> None:
        """Raises TimeoutError when something does not become Synced and Healthy."""
        if not eventually(lambda: all_healthy(self), _READY_SECONDS, every=0.1):
            raise TimeoutError(f"not all applications became Healthy:\n{self.tidegate.log()[-3000:]}")

    def bump(self, tag: str) -> str:
        """Push another image tag of ai-app and return the commit."""
        text = self.copy.read(VALUES).decode()
        before = next(row for row in text.splitlines() if row.strip().startswith("tag:"))
        after = before[: before.index("tag:")] + f'tag: "{tag}"'
        return self.copy.replace(VALUES, before, after, f"Bump ai-app to {tag}")

    def settled(self, commit: str) -> bool:
        """Whether ai-app is Synced and Healthy at this commit."""
        status = self.api.application(APPLICATION)["status"]
        at = status["sync"]["status"], status["health"]["status"], status["sync"].get("revision")
        return at == ("Synced", "Healthy", commit)

    def _settings(self, kubeconfig: Path) -> dict[str, str]:
        timers = {"TIDEGATE_DRIFT_SCHEDULE": "30 */3 * * * *", "TIDEGATE_DRIFT_SECONDS": "180"}
        return {**super()._settings(kubeconfig), **timers}


def read_options(
    name: str, words: str, arguments: Sequence[str], *, cluster: str, times: int = 0
) -> argparse.Namespace:
    """`--cluster`, `--state`, and `--times` where a measurement is repeated."""
    parser = argparse.ArgumentParser(prog=f"python -m bench.{name}", description=words)
    parser.add_argument(
        "--cluster", choices=("sandbox", "real"), default=cluster, help=f"Default: {cluster}."
    )
    parser.add_argument("--state", choices=STATES, default="sqlite", help="Default: sqlite.")
    if times:
        parser.add_argument("--times", type=int, default=times, help=f"Default: {times}.")
    return parser.parse_args(arguments)
