"""Start of the command line: `tidegate --help`, whose bar is 150 ms since people feel it, and one request.

Each figure is a fresh process of the program in build/bin, with a warm file cache. The request goes to a
server on this machine that answers at once, so that what is measured is the client.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bench.figures import line, say
from tidegate.launcher import write_launcher

_TIMES = 15
_BAR_MS = 150
_BAR = f"< {_BAR_MS} ms"


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"metadata":{},"items":null}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def main() -> int:
    """Exit status 0, 1 when the fastest --help is above the bar: no start can be as fast then."""
    with tempfile.TemporaryDirectory() as folder, ThreadingHTTPServer(("127.0.0.1", 0), _Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        program = str(Path(folder) / "tidegate")
        write_launcher(Path(program), sys.executable)
        url = f"http://127.0.0.1:{server.server_port}"
        _tell("python, nothing else", [sys.executable, "-I", "-c", "pass"])
        fastest = _tell("tidegate --help", [program, "--help"], _BAR)
        _tell("tidegate app sync --help", [program, "app", "sync", "--help"])
        _tell("tidegate app list", [program, "--server", url, "--auth-token", "a.b.c", "app", "list"])
        server.shutdown()
    return int(fastest >= _BAR_MS)


def _tell(name: str, command: Sequence[str], bar: str = "") -> float:
    """Run it and print wall clock and CPU; return the fastest run in milliseconds."""
    walls, processors = [], []
    for _ in range(_TIMES + 1):
        before, started = _cpu(), time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        walls.append((time.perf_counter() - started) * 1000)
        processors.append((_cpu() - before) * 1000)
    # the first run compiles
    say(line(f"{name} (wall)", walls[1:], "ms", bar))
    say(line(f"{name} (CPU)", processors[1:], "ms"))
    return min(walls[1:])


def _cpu() -> float:
    """Seconds of CPU of the processes that have ended so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
