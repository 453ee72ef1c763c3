"""`python -m sandbox.cluster`: one cluster in the foreground, to try with kubectl."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from sandbox.cluster.server import SandboxCluster


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGINT or SIGTERM. Exit status: 0."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.cluster", description=__doc__)
    parser.add_argument(
        "--name", default="sandbox", help="Name of the cluster and its context. Default: sandbox."
    )
    parser.add_argument("--port", type=int, default=0, help="Port on 127.0.0.1. Default: a free one.")
    parser.add_argument("--kubeconfig", type=Path, help="Write a kubeconfig to this file, mode 0600.")
    parser.add_argument("--state", type=Path, help="Go on from this file after a restart.")
    parser.add_argument("--tls", action="store_true", help="Serve HTTPS by an authority of its own.")
    parser.add_argument("--user", default="admin", help="User of the kubeconfig. Default: admin.")
    parser.add_argument("--no-anonymous", action="store_true", help="Refuse requests without a token.")
    chosen = parser.parse_args(arguments)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    cluster = SandboxCluster(
        chosen.name, state=chosen.state, tls=chosen.tls, anonymous=not chosen.no_anonymous
    )
    cluster.start(chosen.port)
    with cluster:
        if chosen.kubeconfig:
            _write(chosen.kubeconfig, json.dumps(cluster.kubeconfig(chosen.user), indent=2))
        sys.stdout.write(f"{cluster.name}: {cluster.url}\n")
        sys.stdout.flush()
        stopped.wait()
    return 0


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


if __name__ == "__main__":
    sys.exit(main())
