"""What is stored may be read by many threads at once, also by the first ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FIRST_READERS = """
import sys
from threading import Barrier, Thread
import msgspec
from shared.domain.record.application_status import ApplicationStatus, HistoryEntry
from shared.domain.record.audit_entry import AuditEntry

sys.setswitchinterval(1e-5)
together = Barrier(8)

def read():
    together.wait()
    msgspec.convert({}, ApplicationStatus)
    for other in (HistoryEntry, AuditEntry):
        try:
            msgspec.convert({}, other)
        except msgspec.ValidationError:
            pass

threads = [Thread(target=read) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_threads_that_are_first_to_read_a_status_do_not_crash_the_process() -> None:
    """Without the decoders beside the dataclasses every third of these processes dies of signal 11."""
    runs = [subprocess.Popen([sys.executable, "-c", FIRST_READERS], cwd=ROOT) for _ in range(8)]
    assert [run.wait(60) for run in runs] == [0] * 8
